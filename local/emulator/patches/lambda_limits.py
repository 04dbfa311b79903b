"""The limits of Lambda's Invoke: 6 MB for a call that waits, 1 MB for one that does not. MiniStack has none."""

import json
from typing import Any

from ministack.services import lambda_svc

MAX_BYTES = 6_291_456
MAX_ASYNC_BYTES = 1_048_576


def apply() -> None:
    handle = lambda_svc.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        if method == "POST" and path.endswith("/invocations"):
            waits = headers.get("x-amz-invocation-type", "RequestResponse") != "Event"
            limit = MAX_BYTES if waits else MAX_ASYNC_BYTES
            if len(body) > limit:
                return _too_large(limit)
        return await handle(method, path, headers, body, query)

    lambda_svc.handle_request = handle_request


def _too_large(limit: int) -> tuple[int, dict[str, str], bytes]:
    message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
    headers = {"Content-Type": "application/json", "x-amzn-errortype": "RequestTooLargeException"}
    return 413, headers, json.dumps({"Type": "User", "message": message}).encode()
