"""Functions run in the function host: MiniStack's own executors start an interpreter per function, know no exception
names and lose the log of a call. Every trigger of MiniStack ends in the function replaced here."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ministack.services import lambda_svc

from local.emulator.caller_addresses import with_caller
from local.emulator.function_code import FunctionCode
from local.emulator.function_environment import EndpointOverlay, function_environment
from local.emulator.function_host_client import FunctionHostClient, FunctionHostUnavailable
from local.function_host.deployment import Deployment, Invocation

MAX_EVENT_BYTES = 6 * 1024 * 1024
SERVICE_ERROR = "Lambda.ServiceException"


class HostedInvocation:
    """Stands in for `_execute_function_proxy`; `shared_layer` is a link to the deployed `shared/` package."""

    def __init__(
        self, client: FunctionHostClient, code: FunctionCode, overlay: EndpointOverlay, shared_layer: Path
    ) -> None:
        self._client = client
        self._code = code
        self._overlay = overlay
        self._shared_layer = shared_layer

    def __call__(self, func: Mapping[str, Any], event: Any, _url: str, request_id: str) -> dict[str, Any]:
        config: Mapping[str, Any] = func.get("config") or func
        payload = json.dumps(with_caller(event), ensure_ascii=False).encode("utf-8", "surrogatepass")
        if len(payload) > MAX_EVENT_BYTES:
            return _failed("RequestTooLargeException", f"Request must be smaller than {MAX_EVENT_BYTES} bytes", "")
        try:
            deployment = self._deployment(func, config)
            invocation = Invocation(request_id, _trace_id(config))
            outcome, answer = self._client.invoke(deployment, invocation, payload)
        except FunctionHostUnavailable as error:
            return _failed(SERVICE_ERROR, str(error), "") | {"request_id": _gateway_request(event)}
        if outcome.throttled:
            return {"body": json.loads(answer), "error": True, "throttle": True}
        result: dict[str, Any] = {"body": json.loads(answer), "log": outcome.log}
        if isinstance(result["body"], str):
            # A returned string stays a string: text that looks like JSON would be parsed again by the callers.
            result = {"body": answer.decode(), "raw_payload": True, "log": outcome.log}
        if outcome.function_error:
            result |= {"error": True, "function_error": outcome.function_error}
        return result

    def _deployment(self, func: Mapping[str, Any], config: Mapping[str, Any]) -> Deployment:
        archive = func.get("code_zip")
        if not isinstance(archive, bytes):
            raise FunctionHostUnavailable(f"{config['FunctionName']} has no code")
        return Deployment(
            name=str(config["FunctionName"]),
            arn=str(config.get("FunctionArn", "")),
            version=str(config.get("Version", "$LATEST")),
            handler=str(config.get("Handler", "")),
            timeout_seconds=int(config.get("Timeout") or 3),
            memory_mb=int(config.get("MemorySize") or 128),
            code=self._code.folder(archive),
            layers=self._layers(config),
            environment=tuple(sorted(function_environment(config, self._overlay.values()).items())),
        )

    def _layers(self, config: Mapping[str, Any]) -> tuple[str, ...]:
        archives = [lambda_svc._resolve_layer_zip(attached) for attached in config.get("Layers") or []]
        own = [self._code.folder(archive) for archive in archives if archive]
        if self._shared_layer.exists():
            own.append(str(self._shared_layer.resolve()))
        return tuple(own)


def _gateway_request(event: Any) -> str:
    """The id of the HTTP request that the event stands for, if it does."""
    context = event.get("requestContext") if isinstance(event, dict) else None
    return str(context.get("requestId", "")) if isinstance(context, dict) else ""


def _trace_id(config: Mapping[str, Any]) -> str:
    return lambda_svc._xray_trace_id_for_invocation(dict(config)) or ""


def _failed(error_type: str, message: str, log: str) -> dict[str, Any]:
    return {"body": {"errorMessage": message, "errorType": error_type}, "error": True, "log": log}


def apply(invocation: HostedInvocation, touched: Callable[[], None]) -> None:
    """`touched` hears of every call: schedules and queues call functions without any request to the emulator."""

    def execute(func: Mapping[str, Any], event: Any, url: str, request_id: str) -> dict[str, Any]:
        try:
            return invocation(func, event, url, request_id)
        finally:
            touched()

    lambda_svc._execute_function_proxy = execute
    lambda_svc._proxy_url_for = lambda _config: "function-host"
