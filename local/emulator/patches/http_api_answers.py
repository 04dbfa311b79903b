"""What an HTTP API answers where MiniStack answers otherwise: OPTIONS without CORS, and calls that a function failed.

MiniStack refuses OPTIONS by itself and shows callers the errors of functions. API Gateway leads OPTIONS to a route like
any other method where no CORS is configured, and says no more than that it failed.
"""

import json
from collections.abc import Mapping
from typing import Any

from ministack.services import apigateway, lambda_svc

from local.emulator.interrupted_demos import stored_rows, token_of
from local.emulator.patches.lambda_invocation import SERVICE_ERROR

Answer = tuple[int, dict[str, str], bytes]
TOO_LARGE = 413, "Request Entity Too Large"
FAILED = 500, "Internal Server Error"


def apply() -> None:
    execute = apigateway._handle_execute_in_scope
    lambda_svc.lambda_execute_result_to_api_proxy_response = _without_the_inside(
        lambda_svc.lambda_execute_result_to_api_proxy_response
    )

    async def handle_execute(
        api_id: str,
        stage: str,
        path: str,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Any,
        account: str,
        region: str,
        raw_query: str | None = None,
    ) -> Answer:
        api = apigateway._apis.get(api_id)
        if method == "OPTIONS" and api and not api.get("corsConfiguration"):
            return await _routed(api_id, stage, path, headers, body, query, account, region, raw_query)
        return await execute(api_id, stage, path, method, headers, body, query, account, region, raw_query)

    apigateway._handle_execute_in_scope = handle_execute


async def _routed(
    api_id: str,
    stage: str,
    path: str,
    headers: Mapping[str, str],
    body: bytes,
    query: Any,
    account: str,
    region: str,
    raw_query: str | None,
) -> Answer:
    asked = "/" + path.lstrip("/")
    route: Mapping[str, str] | None = apigateway._match_route(api_id, "OPTIONS", asked)
    integration = route and apigateway._integrations.get(api_id, {}).get(route["target"].rpartition("/")[2])
    if not route or not integration:
        return apigateway._http_api_not_found()
    _, _, template = route["routeKey"].partition(" ")
    return await apigateway._invoke_lambda_proxy(
        integration,
        api_id,
        stage,
        path,
        "OPTIONS",
        {name.lower(): value for name, value in headers.items()},
        body,
        query or {},
        route["routeKey"],
        (template and apigateway._extract_path_params(template, asked)) or None,
        owner_account_id=account,
        owner_region=region,
        raw_query_string=raw_query,
    )


def _interrupted(request_id: str) -> dict[str, Any]:
    """The platform's trouble, not the function's. A demo that had begun is named, so that its caller finds it again."""
    token = token_of(request_id, stored_rows()) if request_id else None
    problem = {
        "type": "interrupted",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The platform stopped while this was at work. "
        + ("The demo is kept: look at it again after a moment." if token else "Nothing was begun: try again."),
        "request_id": request_id,
        **({"token": token} if token else {}),
    }
    headers = {"Content-Type": "application/problem+json", "Retry-After": "5", "X-Request-Id": request_id}
    if token:
        headers["Location"] = f"/api/v1/demos/{token}"
    return {"statusCode": 503, "headers": headers, "body": json.dumps(problem)}


def _without_the_inside(original: Any) -> Any:
    def convert(result: Mapping[str, Any]) -> Any:
        if not result.get("error") or result.get("throttle"):
            return original(result)
        failure = result.get("body")
        if isinstance(failure, dict) and failure.get("errorType") == SERVICE_ERROR:
            return _interrupted(str(result.get("request_id", ""))), None
        too_large = isinstance(failure, dict) and failure.get("errorType") == "RequestTooLargeException"
        status, message = TOO_LARGE if too_large else FAILED
        headers = {"Content-Type": "application/json"}
        return {"statusCode": status, "headers": headers, "body": json.dumps({"message": message})}, None

    return convert
