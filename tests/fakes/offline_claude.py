"""The offline model behind the real SDK, without a port: requests go straight into the stand-in's app."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from local.standins.claude.app import create_app
from shared.adapters.claude import Claude, ModelUse


class OfflineClaude(Claude):
    """`admin` is a client of the stand-in, for its `/_standin/` paths and for raw requests. Nothing is tried twice."""

    def __init__(self, state_dir: Path, *, billed: Callable[[ModelUse], None] = lambda _use: None) -> None:
        self.admin = TestClient(create_app(state_dir), raise_server_exceptions=False)
        super().__init__(
            api_key="offline",
            billed=billed,
            base_url="http://claude.test",
            retries=0,
            http_client=httpx2.Client(transport=httpx2.MockTransport(self.pass_on)),
        )

    def mode(self, name: str, **more: Any) -> None:
        answer = self.admin.put("/_standin/mode", json={"mode": name, **more})
        assert answer.status_code == 200, answer.text

    def pass_on(self, request: httpx2.Request) -> httpx2.Response:
        answer = self.admin.request(
            request.method, request.url.path, content=request.content, headers=dict(request.headers)
        )
        return httpx2.Response(
            answer.status_code, headers=dict(answer.headers), content=answer.content, request=request
        )
