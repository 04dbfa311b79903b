"""The envelope around every request: its id, its body limit, one log line with its latency, and the last resort, 500.

The answer to a HEAD has no body, but all headers of the corresponding GET, including Content-Length.

Pure ASGI: a middleware of the framework's own kind costs more than the whole request.
"""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.runtime.exposed_keys import find_key_in_address
from shared.runtime.observability import logger, metrics_namespace
from shared.runtime.problems import INTERNAL_DETAIL, MEDIA_TYPE, write_problem

MAX_BODY_BYTES = 256 * 1024
TOO_LARGE = f"The body is larger than {MAX_BODY_BYTES} bytes."
PLAIN_HEADERS = ((b"x-content-type-options", b"nosniff"),)


class BodyTooLarge(Exception):
    pass


class Envelope:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await _Exchange(self._app, scope, receive, send).run()


class _Exchange:
    """One request and its response."""

    def __init__(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        self._app, self._scope, self._receive, self._send = app, scope, receive, send
        self._started = time.perf_counter()
        self._received = 0
        self._status = 0
        self._method: str = scope["method"]
        self._too_large = False
        self._request_id = scope["mam.request_id"] = _read_request_id(scope)

    async def run(self) -> None:
        logger.set_correlation_id(self._request_id)
        try:
            exposed = find_key_in_address(self._scope)
            if exposed is not None:
                await self._answer(exposed.status, exposed.type, exposed.title, exposed.detail, exposed.extra)
                return
            await self._app(self._scope, self.receive, self.send)
        except BodyTooLarge:
            await self._answer(413, "body-too-large", "The body is too large", TOO_LARGE)
        except Exception as error:
            logger.exception("request failed", extra={"error": type(error).__name__})
            if self._status:
                raise
            await self._answer(500, "internal", "Something went wrong on our side", INTERNAL_DETAIL)
        finally:
            self._log()

    async def receive(self) -> Message:
        message = await self._receive()
        self._received += len(message.get("body", b""))
        if self._received > MAX_BODY_BYTES:
            self._too_large = True
            raise BodyTooLarge
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._too_large:
                # The framework turns a failed read into its own 400, which would hide the real reason.
                raise BodyTooLarge
            self._status = message["status"]
            headers = list(message.get("headers", ()))
            headers.append((b"x-request-id", self._request_id.encode()))
            headers.extend(PLAIN_HEADERS)
            if not any(name == b"cache-control" for name, _ in headers):
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        elif self._method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    async def _answer(
        self, status: int, type_: str, title: str, detail: str, extra: Mapping[str, Any] | None = None
    ) -> None:
        self._too_large = False
        body = write_problem(self._request_id, status, type_, title, detail, extra)
        headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})

    def _log(self) -> None:
        """Write one line that is the access log and also, by its `_aws` member (EMF), the latency metric by
        operation.
        """
        route = self._scope.get("route")
        latency_ms = round((time.perf_counter() - self._started) * 1000, 3)
        logger.info(
            "request",
            extra={
                "operation": getattr(route, "operation_id", None) or "none",
                "method": self._method,
                "status": self._status,
                "Latency": latency_ms,
                "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": _describe_latency()},
            },
        )


def _describe_latency() -> list[Mapping[str, Any]]:
    """The EMF description that turns the line's field `Latency` into a metric."""
    metrics = [{"Name": "Latency", "Unit": "Milliseconds"}]
    return [{"Namespace": metrics_namespace(), "Dimensions": [["operation"]], "Metrics": metrics}]


def _read_request_id(scope: Scope) -> str:
    """The request id of the gateway, which a caller cannot choose."""
    event: Mapping[str, Any] = scope.get("aws.event") or {}
    return str(event.get("requestContext", {}).get("requestId") or uuid4())
