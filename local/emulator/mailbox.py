"""One page with every mail that the product has sent through SES, at an address that only the owner has.

It stands at the front door, so that a browser can show it; the address holds a part that nobody can guess. The page
loads nothing and gives its address to nobody.
"""

import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from typing import Any

from ministack.services import ses

from local.emulator.asgi import App, Receive, Scope, Send, respond

PATH = "/_mam/mailbox/"
MOST_SHOWN = 200
HEADERS = (
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
)
STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}"
    "article{border-top:1px solid #8886;padding:.5rem 0 1rem}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)

Mail = dict[str, Any]


class Mailbox:
    """Wraps the front door."""

    def __init__(self, app: App, key: str) -> None:
        self._app = app
        self._path = f"{PATH}{key}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope.get("path", "").encode("utf-8", "replace")
        if scope["type"] == "http" and scope["method"] == "GET" and hmac.compare_digest(asked, self._path):
            await respond(send, 200, page(sent_mails()).encode(), "text/html; charset=utf-8", *HEADERS)
            return
        await self._app(scope, receive, send)


def sent_mails() -> list[Mail]:
    """The newest first. The emulator forgets them when it stops."""
    stores: Iterable[Any] = ses._sent_emails.to_dict().values()
    mails = [mail for store in stores if isinstance(store, list) for mail in store]
    return sorted(mails, key=lambda mail: mail["Timestamp"], reverse=True)


def page(mails: list[Mail]) -> str:
    shown = "".join(map(_article, mails[:MOST_SHOWN])) or "<p>Nothing was sent since the system was started.</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Mailbox</title><style>{STYLE}</style><h1>Mailbox</h1>"
        f"<p>Every mail that this system has sent. Reload to see new ones.</p>{shown}</html>"
    )


def _article(mail: Mail) -> str:
    at = datetime.fromtimestamp(mail["Timestamp"], UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    to = ", ".join(mail["To"])
    return (
        f"<article><h2>{escape(mail['Subject'])}</h2><p>To {escape(to)}, {at}</p>"
        f"<pre>{_with_links(mail['BodyText'])}</pre></article>"
    )


def _with_links(text: str) -> str:
    """Words that are web addresses lead there."""
    lines = ([_linked(word) for word in line.split(" ")] for line in text.splitlines())
    return "\n".join(" ".join(words) for words in lines)


def _linked(word: str) -> str:
    safe = escape(word)
    return f'<a href="{safe}">{safe}</a>' if word.startswith(("http://", "https://")) else safe
