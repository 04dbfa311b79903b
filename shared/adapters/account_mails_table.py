"""The table `account_mails`: mails that wait to be sent or whose links are still valid."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from shared.accounts.mail import Mail, MailKind
from shared.adapters.dynamodb import find, model_of, read_optional_number, was_written


class MailsOfSubject(GlobalSecondaryIndex["AccountMailItem"]):
    class Meta:
        index_name = "by_subject"
        projection = AllProjection()

    subject = UnicodeAttribute(hash_key=True)


class AccountMailItem(Model):
    mail_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    email = UnicodeAttribute(null=True)
    subject = UnicodeAttribute()
    user_id = UnicodeAttribute(null=True)
    credentials = NumberAttribute(null=True)
    password_hash = UnicodeAttribute(null=True)
    created_at = NumberAttribute()
    expires_at = NumberAttribute()
    link_hash = UnicodeAttribute(null=True)
    sent_at = NumberAttribute(null=True)

    by_subject = MailsOfSubject()


class AccountMailsTable:
    """Implements `shared.accounts.mail.MailsRepository`."""

    def __init__(self, table_name: str) -> None:
        self._mails = model_of(AccountMailItem, table_name)

    def add(self, mail: Mail) -> None:
        values = {**dict(mail), "kind": mail.kind.value, "email": mail.email or None}
        self._mails(**values).save(AccountMailItem.mail_id.does_not_exist())

    def get(self, mail_id: str) -> Mail | None:
        item = find(self._mails, mail_id)
        return _read_mail(item) if item else None

    def arm(self, mail: Mail, link_hash: str) -> bool:
        item = self._mails(mail.mail_id)
        unsent = AccountMailItem.mail_id.exists() & AccountMailItem.sent_at.does_not_exist()
        return was_written(lambda: item.update(actions=[AccountMailItem.link_hash.set(link_hash)], condition=unsent))

    def mark_sent(self, mail: Mail, now: float) -> None:
        item = self._mails(mail.mail_id)
        there = AccountMailItem.mail_id.exists()
        was_written(lambda: item.update(actions=[AccountMailItem.sent_at.set(now)], condition=there))

    def remove(self, mail: Mail) -> None:
        self._mails(mail.mail_id).delete()

    def of_subject(self, subject: str) -> list[Mail]:
        return [_read_mail(item) for item in self._mails.by_subject.query(subject)]

    def use_up(self, mail: Mail, writes: TransactWrite) -> None:
        """Use up the link as part of the transaction that performs its action. The transaction fails if it was used
        before.
        """
        writes.delete(self._mails(mail.mail_id), condition=AccountMailItem.link_hash == mail.link_hash)


def _read_mail(item: AccountMailItem) -> Mail:
    credentials = read_optional_number(item.credentials)
    return Mail(
        mail_id=item.mail_id,
        kind=MailKind(item.kind),
        email=item.email or "",
        subject=item.subject,
        user_id=item.user_id,
        credentials=None if credentials is None else int(credentials),
        password_hash=item.password_hash,
        created_at=float(item.created_at),
        expires_at=int(item.expires_at),
        link_hash=item.link_hash,
        sent_at=read_optional_number(item.sent_at),
    )
