"""Who has an account."""

import secrets
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from shared.accounts.mail import Mail
from shared.values import Frozen


class Role(StrEnum):
    """A customer looks after their own account, an admin after the marketplace as well."""

    CUSTOMER = "customer"
    ADMIN = "admin"


class User(Frozen):
    """One account. The address is verified: there is no account before it is.

    `credentials` counts the passwords and roles that it has had: a session of an earlier count is over. Times are epoch
    seconds. `erasing_at` says since when it is being erased; nobody signs in to it any more then.
    """

    user_id: str
    email: str
    password_hash: str = Field(repr=False)
    role: Role = Role.CUSTOMER
    credentials: int = 1
    created_at: float
    stripe_customer_id: str | None = None
    erasing_at: float | None = None


def make_user_id() -> str:
    return f"usr_{secrets.token_hex(12)}"


class UsersRepository(Protocol):
    """Reads see what was written before. `mail` is the one whose link is used up by the same write."""

    def get(self, user_id: str) -> User | None: ...

    def find_by_email(self, email: str) -> User | None:
        """By the normalised address."""
        ...

    def create(self, user: User, mail: Mail | None = None) -> bool:
        """False if somebody has the address, or the mail's link was used meanwhile; nothing is written then."""
        ...

    def set_password(self, user: User, password_hash: str, mail: Mail | None = None) -> bool:
        """Also ends the sessions of the old one. False if the user changed since it was read or the link was used."""
        ...

    def set_email(self, user: User, email: str, mail: Mail) -> bool:
        """False if somebody has the new address, the user changed since it was read, or the link was used."""
        ...

    def set_role(self, user: User, role: Role) -> bool:
        """Also ends the sessions of the old one. False if the user changed since it was read."""
        ...

    def set_stripe_customer(self, user_id: str, customer_id: str) -> str | None:
        """The customer that stands: this one, or the one that was set before. None if there is no such user."""
        ...

    def begin_erasure(self, user_id: str, now: float) -> bool:
        """False if there is no such user. Once begun it stays begun."""
        ...

    def erase(self, user: User) -> None:
        """The address is free again. Erasing what is gone changes nothing."""
        ...
