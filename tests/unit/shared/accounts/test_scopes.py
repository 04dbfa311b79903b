"""What scopes let somebody do."""

from shared.accounts.scopes import ALL_SUBSCRIPTIONS, list_scopes_of_person, may_use, name_subscription_scope
from shared.accounts.user import Role


def test_a_subscription_is_used_by_who_has_it_among_their_scopes() -> None:
    assert may_use({ALL_SUBSCRIPTIONS}, "sub_1")
    assert may_use({name_subscription_scope("sub_1")}, "sub_1")
    assert not may_use({name_subscription_scope("sub_1")}, "sub_2")
    assert not may_use(set(), "sub_1")
    assert not may_use({"account"}, "sub_1")
    assert not may_use({name_subscription_scope("*")}, "sub_1")


def test_only_administrators_have_the_scope_of_theirs() -> None:
    assert list_scopes_of_person(Role.CUSTOMER) == {"account", "subscriptions:*"}
    assert list_scopes_of_person(Role.ADMIN) == {"account", "admin", "subscriptions:*"}
