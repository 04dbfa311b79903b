"""The address people use: `/api/v1/…` and `/webhooks/…` lead to the deployed HTTP API, in the same process.

Rewriting the path costs nothing; a proxy in front would cost a millisecond. On AWS this is CloudFront.
"""

from collections.abc import Callable

from local.access.gate import without_cors
from local.emulator.asgi import App, Receive, Scope, Send, respond_json, respond_problem

API_PREFIXES = ("/api/v1/", "/webhooks/")
STAGE = "$default"


class FrontDoor:
    def __init__(self, http_api: App, find_api: Callable[[], str | None], host: str) -> None:
        self._http_api = http_api
        self._find_api = find_api
        self._host = host.encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if _is_ambiguous(scope):
            # Whoever stands in front may have read another end of this request than we do.
            await respond_json(send, 400, {"message": "Bad Request"}, ("connection", "close"))
            return
        path: str = scope["path"]
        if not (path.startswith(API_PREFIXES) or path == "/api/v1"):
            await respond_problem(send, 404, "not-found", "Not Found", "There is no page at this address.")
            return
        api = self._find_api()
        if api is None:
            detail = "The product is not deployed yet. `make up` deploys it; `make status` tells how far it is."
            await respond_problem(send, 503, "not-deployed", "Service Unavailable", detail)
            return
        await self._http_api(self._rewritten(scope, api), receive, without_cors(send))

    def _rewritten(self, scope: Scope, api: str) -> Scope:
        prefix = f"/_aws/execute-api/{api}/{STAGE}"
        headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
        return {
            **scope,
            "path": prefix + scope["path"],
            "raw_path": prefix.encode() + (scope.get("raw_path") or scope["path"].encode()),
            "headers": [(b"host", self._host), *headers],
        }


def _is_ambiguous(scope: Scope) -> bool:
    """Two statements of where its body ends."""
    stated = [name for name, _ in scope["headers"] if name in (b"content-length", b"transfer-encoding")]
    return len(stated) > 1
