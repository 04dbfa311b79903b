"""The HTTP side of a task: `GET /health` and `POST /run`, one call at a time, for callers who know this task's nonce.

It never looks into a call: the bytes go to a process that lives for that call only.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import socket
import time
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from .agent_process import failed
from .zygote import DONE, MAX_BODY_BYTES, TIMED_OUT

_TIMED_OUT = failed("deadline", "the call did not end in time")
_KILLED = failed("agent_crashed", "the process of the call was killed, probably for want of memory")


class Task:
    """Keeps only a hash of the nonce: what a fork of this process could read is of no use to anyone."""

    def __init__(self, zygote: socket.socket) -> None:
        self._nonce_hash = b""
        self._zygote = zygote
        self._zygote.setblocking(False)
        self.busy = False

    def name_nonce(self, nonce: str) -> None:
        self._nonce_hash = hashlib.sha256(nonce.encode()).digest()

    def is_mine(self, nonce: str) -> bool:
        return hmac.compare_digest(hashlib.sha256(nonce.encode("utf-8", "replace")).digest(), self._nonce_hash)

    async def call(self, body: bytes) -> tuple[int, bytes]:
        """Goes on to its end even if nobody waits for it any more: the next call needs a clean task."""
        self.busy = True
        return await asyncio.shield(asyncio.ensure_future(self._to_its_end(body)))

    async def _to_its_end(self, body: bytes) -> tuple[int, bytes]:
        try:
            return await self._call(body)
        finally:
            self.busy = False

    async def _call(self, body: bytes) -> tuple[int, bytes]:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                socket.send_fds(self._zygote, [b"c"], [theirs.fileno()])
            reply = b""
            with contextlib.suppress(ConnectionError):
                await loop.sock_sendall(ours, body)
                ours.shutdown(socket.SHUT_WR)
                reply = await _received(ours)
            outcome = await loop.sock_recv(self._zygote, 1)
        if not outcome:
            os._exit(70)
        if outcome == DONE and len(reply) > 3:
            return int(reply[:3]), reply[3:]
        return 200, json.dumps(_TIMED_OUT if outcome == TIMED_OUT else _KILLED).encode()


async def _received(ours: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    parts: list[bytes] = []
    while part := await loop.sock_recv(ours, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def create_app(task: Task) -> FastAPI:
    app = FastAPI(title="MAM agent", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health() -> dict[str, Any]:  # pyright: ignore[reportUnusedFunction]
        return {"status": "ok", "busy": task.busy}

    @app.post("/run")
    async def run(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if not task.is_mine(request.headers.get("x-mam-nonce", "")):
            return _problem(403, "wrong_task", "this is another task than the one the caller means")
        if task.busy:
            return _problem(409, "busy", "this task is serving another call")
        started = time.monotonic()
        body = await _body(request)
        if body is None:
            return _problem(413, "call_too_large", f"a call may have {MAX_BODY_BYTES} bytes")
        if task.busy:
            return _problem(409, "busy", "this task is serving another call")
        status, reply = await task.call(body)
        _log(request.headers.get("x-correlation-id", ""), status, len(reply), time.monotonic() - started)
        return Response(reply, status, media_type="application/json")

    return app


async def _body(request: Request) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > MAX_BODY_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _problem(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse(failed(code, message), status)


def _log(correlation_id: str, status: int, size: int, seconds: float) -> None:
    """One line a call, with nothing of its content."""
    line = {
        "level": "INFO",
        "message": "call served",
        "correlation_id": correlation_id[:100],
        "status": status,
        "reply_bytes": size,
        "milliseconds": round(seconds * 1000, 1),
    }
    print(json.dumps(line), flush=True)
