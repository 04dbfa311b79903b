"""The small web of `*.test` hosts: one server, told apart by the `Host` header. See README.md beside this module."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.standins.web.hostile import ANSWERS
from local.standins.web.pages import PAGES

HOSTILE = "hostile.test"
SUFFIX = ".test"


class Visits:
    """Counts per page, kept in the state directory, so that a page that changes does not start anew with the server."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.counts: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}

    def next(self, page: str) -> int:
        visit = self.counts.get(page, 0)
        self.set(page, visit + 1)
        return visit

    def set(self, page: str, visits: int) -> None:
        self.counts[page] = visits
        temporary = self._path.with_suffix(".new")
        temporary.write_text(json.dumps(self.counts))
        temporary.replace(self._path)


class SmallWeb:
    def __init__(self, state_dir: Path) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        self._visits = Visits(state_dir / "web-visits.json")
        self._set: dict[str, Response] = {}

    async def page(self, request: Request) -> Response:
        host = request.headers.get("host", "").split(":")[0].lower()
        page = f"{host}{request.url.path}"
        if page in self._set:
            return self._set[page]
        if host == HOSTILE and request.url.path in ANSWERS:
            return ANSWERS[request.url.path]()
        if page in PAGES:
            shown = PAGES[page](self._visits.next(page))
            return Response(shown.body, media_type=shown.content_type)
        known = host.endswith(SUFFIX) and any(name.startswith(f"{host}/") for name in PAGES)
        return PlainTextResponse("no such page" if known else "no such host in the small web", 404)

    async def list_pages(self, _request: Request) -> Response:
        addresses = [f"http://{page}" for page in PAGES] + [f"http://{HOSTILE}{path}" for path in ANSWERS]
        return JSONResponse({"pages": addresses, "visits": self._visits.counts})

    async def set_page(self, request: Request) -> Response:
        wanted = await _object(request)
        if wanted is None or not {"url", "body"} <= set(wanted) <= {"url", "body", "status", "content_type"}:
            return JSONResponse({"error": 'send {"url", "body"} and optionally "status" and "content_type"'}, 400)
        content_type = wanted.get("content_type", "text/html; charset=utf-8")
        answer = Response(wanted["body"], wanted.get("status", 200), headers={"content-type": content_type})
        self._set[_page_of(wanted["url"])] = answer
        return JSONResponse({"pages": sorted(self._set)})

    async def unset_pages(self, _request: Request) -> Response:
        self._set.clear()
        return JSONResponse({"pages": []})

    async def set_visits(self, request: Request) -> Response:
        wanted = await _object(request)
        if wanted is None or set(wanted) != {"url", "visits"} or _page_of(wanted["url"]) not in PAGES:
            return JSONResponse({"error": 'send {"url", "visits"} with an address of GET /_standin/pages'}, 400)
        self._visits.set(_page_of(wanted["url"]), int(wanted["visits"]))
        return JSONResponse({"visits": self._visits.counts})


def create_app(state_dir: Path) -> Starlette:
    web = SmallWeb(Path(state_dir))
    return Starlette(
        routes=[
            Route("/_standin/pages", web.list_pages, methods=["GET"]),
            Route("/_standin/pages", web.set_page, methods=["PUT"]),
            Route("/_standin/pages", web.unset_pages, methods=["DELETE"]),
            Route("/_standin/visits", web.set_visits, methods=["PUT"]),
            Route("/{path:path}", web.page, methods=["GET", "HEAD"]),
        ]
    )


def _page_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}{parts.path or '/'}"


async def _object(request: Request) -> dict[str, Any] | None:
    try:
        value = json.loads(await request.body())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
