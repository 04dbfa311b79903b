"""Mails to account holders, and the single-use links in them.

A request stores the mail, and the function on the table's stream sends it. So a request takes the same time whether or
not the address has an account. The secret of a link is made when the mail is sent, and is never stored.
"""

import hmac
import secrets
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from shared.accounts.hashes import hash_email, hash_secret
from shared.errors import DomainProblem
from shared.values import Frozen

HOUR = 3600


class MailKind(StrEnum):
    VERIFY = "verify"
    HAS_ACCOUNT = "has_account"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a kind of mail
    NOBODY = "nobody"


LINK_SECONDS = {
    MailKind.VERIFY: 24 * HOUR,
    MailKind.HAS_ACCOUNT: HOUR,
    MailKind.RESET: HOUR,
    MailKind.CHANGE_EMAIL: 24 * HOUR,
}
"""How long a link works. Mails of other kinds have no link."""
CONFIRMS = frozenset({MailKind.VERIFY, MailKind.CHANGE_EMAIL})
RESETS = frozenset({MailKind.RESET, MailKind.HAS_ACCOUNT})
UNSENT_SECONDS = 24 * HOUR


class LinkInvalid(DomainProblem):
    status = 404
    type = "link-invalid"
    title = "The link does not work any more"

    def __init__(self) -> None:
        super().__init__("It was used, has expired, or is not whole. Ask for a new mail, or sign in.")


class Mail(Frozen):
    """One mail to send and, once sent, its link. Requests that must not reveal anything store the kind NOBODY.

    `subject` is whom it is found by: the account if there is one, else a hash of the address. `credentials` are those
    of the account when the mail was asked for: another password ends its link. `password_hash` is of the account that
    VERIFY will make. `link_hash` is of the link's secret.
    """

    mail_id: str
    kind: MailKind
    email: str
    subject: str
    user_id: str | None = None
    credentials: int | None = None
    password_hash: str | None = Field(default=None, repr=False)
    created_at: float
    expires_at: int
    link_hash: str | None = Field(default=None, repr=False)
    sent_at: float | None = None


class MailsRepository(Protocol):
    def add(self, mail: Mail) -> None: ...

    def get(self, mail_id: str) -> Mail | None: ...

    def arm(self, mail: Mail, link_hash: str) -> bool:
        """Store the hash that identifies the link. False if the mail was sent already or is gone."""
        ...

    def mark_sent(self, mail: Mail, now: float) -> None: ...

    def remove(self, mail: Mail) -> None: ...

    def of_subject(self, subject: str) -> list[Mail]:
        """Those of one account, or to one address; what was written a moment ago may be missing."""
        ...


def make_mail(
    kind: MailKind,
    email: str,
    now: float,
    *,
    user_id: str | None = None,
    credentials: int | None = None,
    password_hash: str | None = None,
) -> Mail:
    """To a normalised address. NOBODY keeps nothing of it but its hash."""
    return Mail(
        mail_id=f"mail_{secrets.token_hex(12)}",
        kind=kind,
        email="" if kind is MailKind.NOBODY else email,
        subject=user_id or hash_email(email),
        user_id=user_id,
        credentials=credentials,
        password_hash=password_hash,
        created_at=now,
        expires_at=int(now) + LINK_SECONDS.get(kind, UNSENT_SECONDS),
    )


def make_link_secret() -> str:
    return secrets.token_urlsafe(32)


def write_link_token(mail: Mail, secret: str) -> str:
    """The token in a mail's link."""
    return f"{mail.mail_id}.{secret}"


def open_mail(token: str, kinds: frozenset[MailKind], mails: MailsRepository, now: float) -> Mail:
    """The mail whose link carries this token. Raises LinkInvalid."""
    mail_id, _, secret = token.partition(".")
    mail = mails.get(mail_id) if mail_id.startswith("mail_") and secret else None
    if mail is None or mail.kind not in kinds or mail.link_hash is None or now >= mail.expires_at:
        raise LinkInvalid
    if not hmac.compare_digest(mail.link_hash, hash_secret(secret)):
        raise LinkInvalid
    return mail
