"""Registers a user. It costs the same work and gives the same answer, whether or not the address has an account."""

from collections.abc import Callable

from shared.accounts.email_address import normalise_email
from shared.accounts.mail import Mail, MailKind, make_mail
from shared.accounts.password import check_password, digest_password
from shared.accounts.signing_in import count_mail
from shared.accounts.tries import Tries
from shared.accounts.user import UsersRepository


def register_user(
    email: str,
    password: str,
    address: str,
    *,
    users: UsersRepository,
    tries: Tries,
    hash_password: Callable[[bytes], str],
    now: float,
) -> Mail:
    """The mail to send. Raises EmailInvalid, PasswordUnfit or TooManyTries."""
    email = normalise_email(email)
    check_password(password, email)
    count_mail(tries, email, address, now)
    hashed = hash_password(digest_password(password))
    user = users.find_by_email(email)
    if user is None:
        return make_mail(MailKind.VERIFY, email, now, password_hash=hashed)
    return make_mail(MailKind.HAS_ACCOUNT, email, now, user_id=user.user_id, credentials=user.credentials)
