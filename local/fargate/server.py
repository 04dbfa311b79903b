"""ECS's JSON protocol over HTTP: `X-Amz-Target` names the operation. Beside it `/_standin/` for health and modes."""

import json
import logging
from typing import Any

from starlette.requests import Request

from local.emulator.asgi import Receive, Scope, Send
from local.fargate.ecs_api import Ecs
from local.fargate.ecs_errors import EcsError, NotImplementedHere, ServerError
from local.fargate.isolation import Isolation
from local.fargate.task_host import TaskHost
from local.standins import mode_switch

MAX_REQUEST_BYTES = 1_000_000
_log = logging.getLogger("fargate")


class Server:
    """An ASGI application."""

    def __init__(self, ecs: Ecs, host: TaskHost, isolation: Isolation) -> None:
        self._ecs = ecs
        self._host = host
        self._isolation = isolation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"] == mode_switch.PATH and scope["method"] in mode_switch.METHODS:
            answered = await self._ecs.modes.endpoint(Request(scope, receive))
            await answered(scope, receive, send)
            return
        body = b""
        while len(body) <= MAX_REQUEST_BYTES:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, answer = self._answer(scope, body)
        headers = [(b"content-type", b"application/x-amz-json-1.1")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, scope: Scope, body: bytes) -> tuple[int, Any]:
        if scope["path"].startswith("/_standin/"):
            return self._admin(scope["path"])
        target = dict(scope["headers"]).get(b"x-amz-target", b"").decode("latin-1")
        try:
            return 200, self._operation(target.rpartition(".")[2], body)
        except EcsError as wrong:
            return wrong.status, {"__type": wrong.code, "message": str(wrong)}
        except Exception as wrong:
            _log.exception("%s failed", target)
            return 500, {"__type": ServerError.code, "message": f"{type(wrong).__name__} in the ECS stand-in"}

    def _operation(self, name: str, body: bytes) -> Any:
        operation = self._ecs.operations.get(name)
        if operation is None:
            raise NotImplementedHere(f"{name or 'A request without X-Amz-Target'} is not part of the ECS stand-in")
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            raise EcsError("The request is not JSON.") from None
        if not isinstance(request, dict):
            raise EcsError("The request is not an object.")
        return operation(request)

    def _admin(self, path: str) -> tuple[int, Any]:
        if path == "/_standin/health":
            return 200, {
                "status": "ok" if self._isolation.holds else "refusing",
                "problem": self._isolation.problem,
                "fix": self._isolation.fix,
                "limits": self._host.limits,
                "prepared": self._host.prepared,
            }
        return 404, {"message": f"{path} is not here"}
