"""The host's HTTP side: `POST /invoke` (deployment, invocation, event in; outcome, payload out), `GET /health`."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from local.function_host import frames
from local.function_host.deployment import Deployment, Invocation
from local.function_host.logs import FunctionLogs
from local.function_host.pool import Limits, Pool

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

RETIRE_EVERY_SECONDS = 5.0


class FunctionHost:
    """The ASGI application; owns the pool from startup to shutdown."""

    def __init__(self, scratch_root: Path, logs: Path, limits: Limits | None = None) -> None:
        self.pool = Pool(scratch_root, limits)
        self._logs = FunctionLogs(logs)
        self._retiring: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        match scope["method"], scope["path"]:
            case "POST", "/invoke":
                key, head, event = frames.unpack(await _body(receive))
                invocation = Invocation.from_bytes(head)
                outcome, payload = await self.pool.invoke(key, invocation, event)
                self._logs.append(Deployment.from_bytes(key).name, outcome.log)
                await _respond(send, 200, frames.pack(outcome.to_bytes(), payload), b"application/octet-stream")
            case "GET", "/health":
                state = {"status": "ok" if self.pool.ready else "starting", "environments": self.pool.counts()}
                await _respond(send, 200 if self.pool.ready else 503, json.dumps(state).encode(), b"application/json")
            case _:
                await _respond(send, 404, b'{"message": "not found"}', b"application/json")

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.pool.start()
                self._retiring = asyncio.create_task(self._retire_idle())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._retiring is not None:
                    self._retiring.cancel()
                await self.pool.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _retire_idle(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(RETIRE_EVERY_SECONDS)
                await self.pool.retire_idle()


async def _body(receive: Receive) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await receive()
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(pieces)


async def _respond(send: Send, status: int, body: bytes, content_type: bytes) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
