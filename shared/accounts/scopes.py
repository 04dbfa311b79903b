"""What a caller may do. A person who signed in may do what their account can; a key may use subscriptions, no more."""

from collections.abc import Collection

from shared.accounts.user import Role

ACCOUNT = "account"
"""Change the account itself: its address, its keys, its subscriptions; read all of it; end it."""
ADMIN = "admin"
ALL_SUBSCRIPTIONS = "subscriptions:*"
_SUBSCRIPTION = "subscription:"


def name_subscription_scope(subscription_id: str) -> str:
    return f"{_SUBSCRIPTION}{subscription_id}"


def may_use(scopes: Collection[str], subscription_id: str) -> bool:
    """Whether the subscription is among them. That it is the account's own is another question."""
    return ALL_SUBSCRIPTIONS in scopes or name_subscription_scope(subscription_id) in scopes


def list_scopes_of_person(role: Role) -> frozenset[str]:
    return frozenset({ACCOUNT, ALL_SUBSCRIPTIONS, *((ADMIN,) if role is Role.ADMIN else ())})
