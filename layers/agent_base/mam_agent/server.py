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
from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response

from .agent_process import failed
from .supervise import Served
from .zygote import DONE, MAX_BODY_BYTES, TIMED_OUT

HTTP_BAD_CALL = 400
_TIMED_OUT = failed("deadline", "the call did not end in time")
_KILLED = failed("agent_crashed", "the process of the call was killed, probably for want of memory")


class Task:
    """Keeps only a hash of the nonce, which `take_up` brings. With `one_run` it serves the run of its first call and no
    other, and calls `when_over` before the last reply goes out."""

    def __init__(self, zygote: socket.socket) -> None:
        self._nonce_hash = b""
        self._zygote = zygote
        self._zygote.setblocking(False)
        self._one_run = False
        self._run = b""
        self.busy = False
        self.over = False
        self.when_over: Callable[[], None] = lambda: None

    def take_up(self, nonce: str, *, one_run: bool) -> None:
        self._one_run = one_run
        self._nonce_hash = hashlib.sha256(nonce.encode()).digest()

    def is_mine(self, nonce: str) -> bool:
        return hmac.compare_digest(hashlib.sha256(nonce.encode("utf-8", "replace")).digest(), self._nonce_hash)

    async def call(self, body: bytes) -> tuple[int, bytes]:
        """Goes on to its end even if nobody waits for it any more: the next call needs a clean task."""
        self.busy = True
        return await asyncio.shield(asyncio.ensure_future(self._to_its_end(body)))

    async def _to_its_end(self, body: bytes) -> tuple[int, bytes]:
        try:
            served = await self._call(body)
            self._note(served)
            return served.status, served.body
        finally:
            self.busy = False

    def _note(self, served: Served) -> None:
        """A call that is none (400) ran nothing; a run that would be the second one here (503) ends this sandbox."""
        if not self._one_run or served.status == HTTP_BAD_CALL:
            return
        self._run = served.run
        if not served.goes_on and not self.over:
            self.over = True
            self.when_over()

    async def _call(self, body: bytes) -> Served:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        with ours:
            ours.setblocking(False)
            with theirs:
                socket.send_fds(self._zygote, [b"c" + self._run], [theirs.fileno()])
            reply = b""
            with contextlib.suppress(ConnectionError):
                await loop.sock_sendall(ours, body)
                ours.shutdown(socket.SHUT_WR)
                reply = await _received(ours)
            outcome = await loop.sock_recv(self._zygote, 1)
        if not outcome:
            os._exit(70)
        if outcome == DONE and reply:
            return Served.unpacked(reply)
        return Served(200, json.dumps(_TIMED_OUT if outcome == TIMED_OUT else _KILLED).encode())


async def _received(ours: socket.socket) -> bytes:
    loop = asyncio.get_running_loop()
    parts: list[bytes] = []
    while part := await loop.sock_recv(ours, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def create_app(task: Task) -> FastAPI:
    app = FastAPI(title="MAM agent", docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/health")
    async def health(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if not task.is_mine(request.headers.get("x-mam-nonce", "")):
            return _wrong_task()
        return JSONResponse({"status": "ok", "busy": task.busy})

    @app.post("/run")
    async def run(request: Request) -> Response:  # pyright: ignore[reportUnusedFunction]
        if not task.is_mine(request.headers.get("x-mam-nonce", "")):
            return _wrong_task()
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
        headers = {"connection": "close"} if task.over else {}
        return Response(reply, status, headers, media_type="application/json")

    @app.exception_handler(404)
    @app.exception_handler(405)
    async def elsewhere(request: Request, _error: Exception) -> Response:  # pyright: ignore[reportUnusedFunction]
        """Who does not know this task learns nothing of what there is and what is not."""
        if not task.is_mine(request.headers.get("x-mam-nonce", "")):
            return _wrong_task()
        return _problem(404, "not_found", "a task has GET /health and POST /run")

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


def _wrong_task() -> JSONResponse:
    return _problem(403, "wrong_task", "this is another task than the one the caller means")


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
