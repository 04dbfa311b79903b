"""Signs a user in. A wrong address and a wrong password cost the same work and give the same answer."""

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.accounts.email_address import normalise_email
from shared.accounts.password import NOBODYS_HASH, digest_password
from shared.accounts.session import Session, SessionsRepository, begin_session, make_secret, write_refresh_token
from shared.accounts.signing_in import WrongCredentials, count_login
from shared.accounts.tries import Tries
from shared.accounts.user import User, UsersRepository


@dataclass(frozen=True)
class LoggedIn:
    user: User
    session: Session
    refresh_token: str = field(repr=False)


def login_user(
    email: str,
    password: str,
    address: str,
    *,
    users: UsersRepository,
    sessions: SessionsRepository,
    tries: Tries,
    fits: Callable[[bytes, str], bool],
    now: float,
) -> LoggedIn:
    """Raises EmailInvalid, TooManyTries or WrongCredentials."""
    email = normalise_email(email)
    made = count_login(tries, email, address, now)
    user = users.find_by_email(email)
    right = fits(digest_password(password), user.password_hash if user else NOBODYS_HASH)
    if user is None or not right or user.erasing_at is not None:
        raise WrongCredentials
    made.give_back(tries)
    secret = make_secret()
    session = begin_session(user, secret, now)
    sessions.add(session)
    return LoggedIn(user, session, write_refresh_token(session, secret))
