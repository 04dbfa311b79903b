"""Confirms an address: performs the action of the mail and uses up its link, in one write."""

from shared.accounts.mail import CONFIRMS, LinkInvalid, Mail, MailKind, MailsRepository, make_mail, open_mail
from shared.accounts.user import User, UsersRepository, make_user_id


def confirm(token: str, users: UsersRepository, mails: MailsRepository, now: float) -> User:
    """The user after the change. Raises LinkInvalid."""
    mail = open_mail(token, CONFIRMS, mails, now)
    return _create_user(mail, users, now) if mail.kind is MailKind.VERIFY else _move_user(mail, users, mails, now)


def _create_user(mail: Mail, users: UsersRepository, now: float) -> User:
    assert mail.password_hash is not None
    user = User(user_id=make_user_id(), email=mail.email, password_hash=mail.password_hash, created_at=now)
    if not users.create(user, mail):
        raise LinkInvalid
    return user


def _move_user(mail: Mail, users: UsersRepository, mails: MailsRepository, now: float) -> User:
    user = users.get(mail.user_id or "")
    if user is None or mail.credentials != user.credentials or not users.set_email(user, mail.email, mail):
        raise LinkInvalid
    # Sent to the old address, so that its owner learns of the change.
    mails.add(make_mail(MailKind.EMAIL_CHANGED, user.email, now, user_id=user.user_id))
    return user.model_copy(update={"email": mail.email})
