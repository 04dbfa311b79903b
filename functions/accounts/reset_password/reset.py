"""Sets a new password by the link of a mail."""

from collections.abc import Callable

from shared.accounts.mail import RESETS, LinkInvalid, MailKind, MailsRepository, make_mail, open_mail
from shared.accounts.password import check_password, digest_password
from shared.accounts.session import SessionsRepository, end_all
from shared.accounts.user import User, UsersRepository


def set_password(
    token: str,
    password: str,
    *,
    users: UsersRepository,
    sessions: SessionsRepository,
    mails: MailsRepository,
    hash_password: Callable[[bytes], str],
    now: float,
) -> User:
    """Raises LinkInvalid, or PasswordUnfit, after which the link still works."""
    mail = open_mail(token, RESETS, mails, now)
    user = users.get(mail.user_id or "")
    if user is None or (mail.email, mail.credentials) != (user.email, user.credentials):
        # Whoever reads a mailbox that the account has given up, or kept a second link, has no say any more.
        raise LinkInvalid
    check_password(password, user.email)
    if not users.set_password(user, hash_password(digest_password(password)), mail):
        raise LinkInvalid
    # From here on no session can be refreshed. Ending the sessions also ends their access tokens.
    end_all(sessions, user.user_id)
    mails.add(make_mail(MailKind.PASSWORD_CHANGED, user.email, now, user_id=user.user_id))
    return user
