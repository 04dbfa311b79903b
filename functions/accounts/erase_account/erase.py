"""Erasing an account: what hangs on it first, then itself. After a crash it begins again and finds less."""

from collections.abc import Sequence

from shared.accounts.holdings import Holding
from shared.accounts.user import UsersRepository


def erase_account(user_id: str, users: UsersRepository, holdings: Sequence[Holding]) -> bool:
    """False if there was nothing to erase."""
    user = users.get(user_id)
    if user is None or user.erasing_at is None:
        return False
    for holding in holdings:
        holding.erase(user)
    users.erase(user)
    return True
