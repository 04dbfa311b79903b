"""Sending one mail: the secret of its link is made here, and only its hash is kept.

A crash after SES took it sends it again, with another link; the first one does not work then.
"""

from typing import Protocol

from shared.accounts.hashes import hash_secret
from shared.accounts.mail import LINK_SECONDS, MailKind, MailsRepository, make_link_secret, write_link_token
from shared.accounts.mail_texts import write_mail


class Sender(Protocol):
    def send(self, to: str, subject: str, text: str) -> None: ...


def send_mail(mail_id: str, mails: MailsRepository, sender: Sender, site: str, now: float) -> MailKind | None:
    """What was sent; None if there was nothing to send, or it was sent before."""
    mail = mails.get(mail_id)
    if mail is None or mail.sent_at is not None:
        return None
    if mail.kind is MailKind.NOBODY:
        mails.remove(mail)
        return None
    secret = make_link_secret()
    if not mails.arm(mail, hash_secret(secret)):
        return None
    written = write_mail(mail.kind, site, write_link_token(mail, secret))
    sender.send(mail.email, written.subject, written.text)
    if mail.kind in LINK_SECONDS:
        mails.mark_sent(mail, now)
    else:
        mails.remove(mail)
    return mail.kind
