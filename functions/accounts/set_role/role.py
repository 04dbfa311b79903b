"""Makes a user an administrator, or a customer again. The user's sessions end, so they have to sign in again."""

from shared.accounts.email_address import normalise_email
from shared.accounts.session import SessionsRepository, end_all
from shared.accounts.user import Role, User, UsersRepository
from shared.values import Frozen


class RoleChange(Frozen):
    email: str
    role: Role


class NoSuchAccount(Exception):
    """No account has the address: nobody registered with it and followed the mail's link."""


class AccountChanged(Exception):
    """The account was changed at the same time: invoke again."""


def change_role(asked: RoleChange, users: UsersRepository, sessions: SessionsRepository) -> User:
    """The user after the change. Raises NoSuchAccount or AccountChanged."""
    user = users.find_by_email(normalise_email(asked.email))
    if user is None:
        raise NoSuchAccount("nobody has an account with this address: register, follow the mail's link, try again")
    if user.role is asked.role:
        return user
    if not users.set_role(user, asked.role):
        raise AccountChanged("somebody changed the account at the same time: try again")
    end_all(sessions, user.user_id)
    return user.model_copy(update={"role": asked.role})
