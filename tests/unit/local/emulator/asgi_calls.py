"""Calls an ASGI application and collects its answer."""

import asyncio
from dataclasses import dataclass
from typing import Any

from local.emulator.asgi import App, Message


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def call(
    app: App, method: str = "GET", path: str = "/", body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    return asyncio.run(called(app, method, path, body, headers))


async def called(
    app: App, method: str = "GET", path: str = "/", body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in (headers or {}).items()],
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:]))
