"""Users: the people who have an account."""

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
    """One account. Its address is always verified, since an account is only made by verifying it.

    `credentials` counts the passwords and roles that the account has had: a session with an earlier count is invalid.
    Times are epoch seconds. `erasing_at` is when erasure began; from then on nobody can sign in.
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
    """Reads see all earlier writes. `mail` is the mail whose link the same write uses up."""

    def get(self, user_id: str) -> User | None: ...

    def find_by_email(self, email: str) -> User | None:
        """The user with this normalised address."""
        ...

    def create(self, user: User, mail: Mail | None = None) -> bool:
        """Add the user. False, without writing, if the address is taken or the mail's link was used meanwhile."""
        ...

    def set_password(self, user: User, password_hash: str, mail: Mail | None = None) -> bool:
        """Also ends the old password's sessions. False if the user changed since it was read or the link was used."""
        ...

    def set_email(self, user: User, email: str, mail: Mail) -> bool:
        """False if the new address is taken, the user changed since it was read, or the link was used."""
        ...

    def set_role(self, user: User, role: Role) -> bool:
        """Also ends the sessions of the old role. False if the user changed since it was read."""
        ...

    def set_stripe_customer(self, user_id: str, customer_id: str) -> str | None:
        """The user's customer afterwards: this one, or the one set earlier. None if there is no such user."""
        ...

    def begin_erasure(self, user_id: str, now: float) -> bool:
        """Mark the user for erasure, which cannot be revoked. False if there is no such user."""
        ...

    def erase(self, user: User) -> None:
        """Delete the user and free the address. Repeating it changes nothing."""
        ...
