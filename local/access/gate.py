"""The gate before every listener but the front door: to whom it does not open, nothing answers but 401 or 403.

It keeps out other users of the machine, who lack the secret, and pages in the owner's browser, which lack it, too, and
are known besides by their Origin or by a Host that is not this listener's.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from local.emulator.asgi import App, Message, Receive, Scope, Send, respond_json

LOOPBACK_NAMES = ("127.0.0.1", "localhost")
HOW = (
    "This port answers only to programs that have the secret of this installation. "
    "`python -m local aws`, `python -m local standin` and `python -m local env` have it."
)


@dataclass(frozen=True)
class Call:
    """A request as far as it decides who asks. `path` and `query` are as they were sent."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, scope: Scope) -> "Call":
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            text = value.decode("latin-1")
            headers[key] = f"{headers[key]},{text}" if key in headers else text
        raw = scope.get("raw_path") or scope["path"].encode()
        return cls(scope["method"], raw.decode("latin-1"), scope["query_string"].decode("latin-1"), headers)


Hosts = Callable[[str], bool]
Admits = Callable[[Call], bool]
AdmitsBody = Callable[[Call, bytes], bool]


def own_hosts(port: int) -> Hosts:
    allowed = frozenset(f"{name}:{port}" for name in LOOPBACK_NAMES)
    return lambda host: host.lower() in allowed


class Gate:
    """Wraps an application. `admits` decides by the head of a request, and `signed`, if given, by its body as well.

    `pages` says which requests are a browser's that is meant to come here; none, unless it is given.
    """

    def __init__(
        self,
        app: App,
        hosts: Hosts,
        admits: Admits,
        signed: AdmitsBody | None = None,
        *,
        pages: Admits = lambda _call: False,
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._admits = admits
        self._signed = signed
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._judge(scope, receive, send)

    async def _judge(self, scope: Scope, receive: Receive, send: Send) -> None:
        call = Call.of(scope)
        if not self._hosts(call.headers.get("host", "")):
            await _refuse(send, 403)
        elif self._pages(call):
            await self._app(scope, receive, without_cors(send))
        elif "origin" in call.headers:
            await _refuse(send, 403)
        elif self._admits(call):
            await self._app(scope, receive, without_cors(send))
        elif self._signed is not None:
            await self._judge_body(call, self._signed, scope, receive, send)
        else:
            await _refuse(send, 401)

    async def _judge_body(self, call: Call, signed: AdmitsBody, scope: Scope, receive: Receive, send: Send) -> None:
        body = await whole_body(receive)
        if body is None:
            return
        if signed(call, body):
            await self._app(scope, replayed(body, receive), without_cors(send))
        else:
            await _refuse(send, 403)


def without_cors(send: Send) -> Send:
    """No answer permits a page of another origin to read it, whatever the application says."""

    async def stripped(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message["headers"] if not pair[0].lower().startswith(b"access-control-")]
            message = {**message, "headers": kept}
        await send(message)

    return stripped


async def whole_body(receive: Receive) -> bytes | None:
    """None if the caller went away before it had sent all."""
    pieces: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


def replayed(body: bytes, receive: Receive) -> Receive:
    """Gives the body once, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    def next_message() -> Awaitable[Message]:
        return _ready(waiting.pop()) if waiting else receive()

    return next_message


async def _ready(message: Message) -> Message:
    return message


async def _refuse(send: Send, status: int) -> None:
    await respond_json(send, status, {"message": HOW}, ("connection", "close"))
