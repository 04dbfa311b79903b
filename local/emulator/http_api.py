"""The limits of an HTTP API that MiniStack does not know: 10,240 bytes of request line and header values, 10 MB of
body, 30 seconds until an answer.

The answers are the gateway's own, `{"message": …}`: nothing that is deployed can change them."""

import asyncio
from collections.abc import Awaitable

from local.emulator.asgi import App, Message, Receive, Scope, Send, respond_json
from local.emulator.caller_addresses import remember_caller

PREFIX = "/_aws/execute-api/"
MAX_HEAD_BYTES = 10_240
MAX_REQUEST_BYTES = 10 * 1024 * 1024
TIMEOUT_SECONDS = 30.0


class CallerGone(Exception):
    """It went away before it had sent all of its request; half of one is no request."""


class HttpApiLimits:
    """Wraps the emulator; leaves everything alone that is not a call of an API."""

    def __init__(
        self, app: App, *, timeout_seconds: float = TIMEOUT_SECONDS, max_bytes: int = MAX_REQUEST_BYTES
    ) -> None:
        self._app = app
        self._timeout = timeout_seconds
        self._max_bytes = max_bytes
        self._late: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._app(scope, receive, send)
            return
        remember_caller(scope)
        if _head_bytes(scope) > MAX_HEAD_BYTES:
            await respond_json(send, 431, {"message": "Request Header Fields Too Large"})
            return
        try:
            body = await _body_within(receive, self._max_bytes)
        except CallerGone:
            return
        if body is None:
            await respond_json(send, 413, {"message": "Request Entity Too Large"})
            return
        await self._answer_in_time(_with_length(scope, body), body, receive, send)

    async def _answer_in_time(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> None:
        answer = _Answer(send)
        task = asyncio.ensure_future(_awaited(self._app(scope, _Replay(body, receive), answer.send)))
        done, _ = await asyncio.wait({task}, timeout=self._timeout)
        if done:
            task.result()
            return
        # The function goes on, as it does behind API Gateway; only its answer comes too late.
        answer.close()
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        if not answer.started:
            await respond_json(send, 503, {"message": "Service Unavailable"})


def _head_bytes(scope: Scope) -> int:
    """Of the request line as the caller wrote it, and the values of the headers."""
    path = (scope.get("raw_path") or scope["path"].encode()).split(b"/", 5)[-1]
    line = len(scope["method"]) + 1 + 1 + len(path) + len(scope["query_string"]) + len(" HTTP/1.1")
    return line + sum(len(value) for _, value in scope["headers"])


def _with_length(scope: Scope, body: bytes) -> Scope:
    """A body that came in pieces is whole now, and its length is known."""
    if not body or any(name == b"content-length" for name, _ in scope["headers"]):
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name != b"transfer-encoding"]
    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}


async def _awaited(call: Awaitable[None]) -> None:
    await call


async def _body_within(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or None if it is too long; what is left of a long one is read and dropped."""
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CallerGone
        piece: bytes = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
        if not message.get("more_body"):
            return b"".join(pieces) if size <= limit else None


class _Replay:
    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


class _Answer:
    def __init__(self, send: Send) -> None:
        self._send = send
        self._open = True
        self.started = False

    async def send(self, message: Message) -> None:
        if self._open:
            self.started = True
            await self._send(message)

    def close(self) -> None:
        self._open = False
