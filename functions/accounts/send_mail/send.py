"""Sends one mail. The secret of its link is made here, and only the secret's hash is stored.

After a crash between sending and recording, the mail is sent again with another link, and the first link is invalid.
"""

from typing import Protocol

from shared.accounts.hashes import hash_secret
from shared.accounts.mail import LINK_SECONDS, MailKind, MailsRepository, make_link_secret, write_link_token
from shared.accounts.mail_texts import write_mail


class Sender(Protocol):
    def send(self, to: str, subject: str, text: str) -> None: ...


def send_mail(mail_id: str, mails: MailsRepository, sender: Sender, site: str, now: float) -> MailKind | None:
    """The kind of the mail sent; None if there was nothing to send or the mail was sent before."""
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
