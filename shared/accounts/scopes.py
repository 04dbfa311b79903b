"""What a caller may do. A signed-in person may do everything that their account can; a key may only use
subscriptions.
"""

from collections.abc import Collection

from shared.accounts.user import Role

ACCOUNT = "account"
"""Permission to change the account itself (its address, keys and subscriptions), to read all of it, and to
delete it.
"""
ADMIN = "admin"
ALL_SUBSCRIPTIONS = "subscriptions:*"
_SUBSCRIPTION = "subscription:"


def name_subscription_scope(subscription_id: str) -> str:
    return f"{_SUBSCRIPTION}{subscription_id}"


def may_use(scopes: Collection[str], subscription_id: str) -> bool:
    """Whether the scopes include the subscription. Does not check that the account owns it."""
    return ALL_SUBSCRIPTIONS in scopes or name_subscription_scope(subscription_id) in scopes


def list_scopes_of_person(role: Role) -> frozenset[str]:
    return frozenset({ACCOUNT, ALL_SUBSCRIPTIONS, *((ADMIN,) if role is Role.ADMIN else ())})
