"""The types of an ASGI application, and the two answers that our own applications give."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


async def respond(send: Send, status: int, body: bytes, content_type: str, *headers: tuple[str, str]) -> None:
    fields = [("content-type", content_type), ("content-length", str(len(body))), *headers]
    encoded = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    await send({"type": "http.response.body", "body": body})


async def respond_json(send: Send, status: int, content: object, *headers: tuple[str, str]) -> None:
    await respond(send, status, json.dumps(content).encode(), "application/json", *headers)


async def respond_problem(send: Send, status: int, type_: str, title: str, detail: str) -> None:
    """In the shape that the product's own problems have."""
    request_id = str(uuid4())
    problem = {"type": type_, "title": title, "status": status, "detail": detail, "request_id": request_id}
    body = json.dumps(problem).encode()
    await respond(send, status, body, "application/problem+json", ("x-request-id", request_id))
