"""What mails say."""

import pytest

from shared.accounts.mail import LINK_SECONDS, MailKind
from shared.accounts.mail_texts import write_mail

SENT = [kind for kind in MailKind if kind is not MailKind.NOBODY]


@pytest.mark.parametrize("kind", SENT)
def test_every_mail_is_whole_and_carries_its_link_where_no_server_logs_it(kind: MailKind) -> None:
    mail = write_mail(kind, "https://mam.test", "mail_1.secret")
    assert not {"{", "}"} & set(mail.subject + mail.text)
    assert ("#token=mail_1.secret" in mail.text) == (kind in LINK_SECONDS)
    assert "?token" not in mail.text
    assert max(map(len, mail.text.splitlines())) < 998, "RFC 5322, section 2.1.1"
    if kind in LINK_SECONDS:
        assert f"within {LINK_SECONDS[kind] // 3600} hour" in mail.text
