"""The common behaviour of reads: HEAD is answered like GET, each answer has an ETag, and a caller who already has the
answer gets 304 instead of the body.

Pure ASGI, like the envelope around it. The envelope removes the body from the answer to HEAD.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.conditional import is_known, make_entity_tag

READS = frozenset({"GET", "HEAD"})
OF_THE_BODY = frozenset({b"content-length", b"content-type"})
"""Headers that a 304 omits. It repeats all others, so that a cache can update its copy."""


class Reads:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in READS:
            await self._app(scope, receive, send)
            return
        scope["method"] = "GET"
        await self._app(scope, receive, _Tagged(send, _read_if_none_match(scope)).send)


class _Tagged:
    """Holds an answer back until its body is complete, because the tag is computed from the whole body."""

    def __init__(self, send: Send, if_none_match: str) -> None:
        self._send, self._if_none_match = send, if_none_match
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._answer(self._start)

    async def _answer(self, start: Message) -> None:
        tag = make_entity_tag(self._body)
        headers = [*start.get("headers", ()), (b"etag", tag.encode())]
        if self._if_none_match and is_known(self._if_none_match, tag):
            headers = [(name, value) for name, value in headers if name.lower() not in OF_THE_BODY]
            start, self._body = {**start, "status": 304}, b""
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": self._body})


def _read_if_none_match(scope: Scope) -> str:
    """All If-None-Match lines joined into one list, as a gateway joins them."""
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == b"if-none-match")
