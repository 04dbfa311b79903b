"""A function learns from which address it was called (`sourceIp`), as it does behind API Gateway. MiniStack writes
127.0.0.1 whoever calls, so that limits for each address would count all of this machine's as one.
"""

from contextvars import ContextVar
from typing import Any

from local.emulator.asgi import Scope

_caller: ContextVar[str] = ContextVar("caller", default="127.0.0.1")


def remember_caller(scope: Scope) -> None:
    """For what this request leads to, in whatever task or thread."""
    if scope.get("client"):
        _caller.set(str(scope["client"][0]))


def with_caller(event: Any) -> Any:
    """The event of an HTTP API with the address of who called it; any other as it is."""
    context = event.get("requestContext") if isinstance(event, dict) and event.get("version") == "2.0" else None
    if not isinstance(context, dict) or not isinstance(http := context.get("http"), dict):
        return event
    return {**event, "requestContext": {**context, "http": {**http, "sourceIp": _caller.get()}}}
