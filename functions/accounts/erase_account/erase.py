"""Erases an account: first everything stored under it, then the account itself. After a crash it starts again."""

from collections.abc import Sequence

from shared.accounts.holdings import Holding
from shared.accounts.user import UsersRepository


def erase_account(user_id: str, users: UsersRepository, holdings: Sequence[Holding]) -> bool:
    """Erase the account; False if there was nothing to erase."""
    user = users.get(user_id)
    if user is None or user.erasing_at is None:
        return False
    for holding in holdings:
        holding.erase(user)
    users.erase(user)
    return True
