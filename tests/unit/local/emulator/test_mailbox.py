"""The mailbox page: for whoever has its address, and harmless whatever a mail says."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from local.emulator import mailbox
from local.emulator.asgi import Receive, Scope, Send, respond
from tests.fakes.served import served

KEY = "k" * 40
MAIL: dict[str, Any] = {
    "To": ["<b>ann</b>@example.test"],
    "Subject": "Confirm <script>alert(1)</script>",
    "BodyText": 'Follow this:\n\nhttp://127.0.0.1:8080/verify-email#token=mail_1.a&b"c\n\n<img src=x onerror=alert(1)>',
    "Timestamp": 1_800_000_000.0,
}


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    await respond(send, 418, b"behind", "text/plain")


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(mailbox, "sent_mails", lambda: [MAIL])
    with served(mailbox.Mailbox(behind, KEY)) as host:
        yield f"http://{host}"


def test_the_page_shows_mails_and_their_links_to_whoever_has_its_address(address: str) -> None:
    answer = httpx2.get(f"{address}/_mam/mailbox/{KEY}")
    assert answer.status_code == 200
    assert 'href="http://127.0.0.1:8080/verify-email#token=mail_1.a&amp;b&quot;c"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"


def test_what_a_mail_says_is_text(address: str) -> None:
    text = httpx2.get(f"{address}/_mam/mailbox/{KEY}").text
    assert not [tag for tag in ("<script", "<img", "<b>") if tag in text]


@pytest.mark.parametrize("path", ["", "/", f"/{KEY[:-1]}", f"/{KEY}x", f"/{KEY}/", f"/{KEY.upper()}", "/é"])
def test_nobody_else_sees_that_it_is_there(address: str, path: str) -> None:
    assert httpx2.get(f"{address}/_mam/mailbox{path}").status_code == 418


def test_without_mails_it_says_so() -> None:
    assert "Nothing was sent" in mailbox.page([])
