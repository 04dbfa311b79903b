"""The search stand-in: the part of OpenSearch's REST API that opensearch-py uses for the product, and nothing more."""

import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.opensearch.errors import SearchError, illegal, unsupported
from local.standins.opensearch.indices import Indices
from local.standins.opensearch.query import run_search, scorer

VERSION = {"number": "2.19.1", "distribution": "opensearch", "build_type": "mam-offline"}
SHARDS = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}


def create_app(state_dir: Path) -> Starlette:
    indices = Indices(Path(state_dir))
    endpoints = Endpoints(indices)
    return Starlette(
        routes=[
            Route("/", endpoints.info, methods=["GET"]),
            Route("/_cluster/health", endpoints.health, methods=["GET"]),
            Route("/_aliases", endpoints.move_aliases, methods=["POST"]),
            Route("/_alias/{alias}", endpoints.alias, methods=["GET"]),
            Route("/{index}/_alias/{alias}", endpoints.alias_of, methods=["GET"]),
            Route("/{index}", endpoints.show_index, methods=["GET"]),
            Route("/{index}", endpoints.create_index, methods=["PUT"]),
            Route("/{index}", endpoints.drop_index, methods=["DELETE"]),
            Route("/{index}/_doc/{id}", endpoints.get_document, methods=["GET"]),
            Route("/{index}/_doc/{id}", endpoints.put_document, methods=["PUT"]),
            Route("/{index}/_doc/{id}", endpoints.delete_document, methods=["DELETE"]),
            Route("/{index}/_search", endpoints.search, methods=["GET", "POST"]),
            Route("/{index}/_count", endpoints.count, methods=["GET", "POST"]),
            Route("/{index}/_refresh", endpoints.refresh, methods=["GET", "POST"]),
        ],
        exception_handlers={SearchError: _search_error, HTTPException: _no_handler},
    )


class Endpoints:
    """Searches see every write at once; the real service shows it after at most `refresh_interval`."""

    def __init__(self, indices: Indices) -> None:
        self._indices = indices

    async def info(self, _request: Request) -> Response:
        return JSONResponse(
            {"name": "mam", "cluster_name": "mam", "version": VERSION, "tagline": "The OpenSearch Project"}
        )

    async def health(self, _request: Request) -> Response:
        return JSONResponse({"cluster_name": "mam", "status": "green", "timed_out": False, "number_of_nodes": 1})

    async def move_aliases(self, request: Request) -> Response:
        self._indices.move_aliases((await _body(request)).get("actions", []))
        return JSONResponse({"acknowledged": True})

    async def alias(self, request: Request) -> Response:
        alias = request.path_params["alias"]
        members = self._indices.aliases.get(alias)
        if not members:
            return JSONResponse({"error": f"alias [{alias}] missing", "status": 404}, 404)
        return JSONResponse({name: {"aliases": {alias: {}}} for name in sorted(members)})

    async def alias_of(self, request: Request) -> Response:
        """Whether the alias points at this index."""
        index, alias = request.path_params["index"], request.path_params["alias"]
        if index not in self._indices.aliases.get(alias, set()):
            return JSONResponse({"error": f"alias [{alias}] missing", "status": 404}, 404)
        return JSONResponse({index: {"aliases": {alias: {}}}})

    async def show_index(self, request: Request) -> Response:
        index = self._indices.reading(request.path_params["index"])
        return JSONResponse({index.name: {"mappings": index.mappings, "settings": index.settings}})

    async def create_index(self, request: Request) -> Response:
        index = self._indices.create(request.path_params["index"], await _body(request))
        return JSONResponse({"acknowledged": True, "shards_acknowledged": True, "index": index.name})

    async def drop_index(self, request: Request) -> Response:
        self._indices.drop(request.path_params["index"])
        return JSONResponse({"acknowledged": True})

    async def get_document(self, request: Request) -> Response:
        index, identity = self._indices.reading(request.path_params["index"]), request.path_params["id"]
        where = {"_index": index.name, "_id": identity}
        if identity not in index.sources:
            return JSONResponse({**where, "found": False}, 404)
        found = {"_version": index.versions[identity], "found": True, "_source": index.sources[identity]}
        return JSONResponse({**where, **found})

    async def put_document(self, request: Request) -> Response:
        return self._write(request, await _body(request))

    async def delete_document(self, request: Request) -> Response:
        return self._write(request, None)

    async def search(self, request: Request) -> Response:
        index = self._indices.reading(request.path_params["index"])
        result = run_search(await _body(request), index.sources, index.fields)
        for hit in result["hits"]["hits"]:
            hit["_index"] = index.name
        return JSONResponse({"took": 1, "timed_out": False, "_shards": SHARDS, **result})

    async def count(self, request: Request) -> Response:
        index, body = self._indices.reading(request.path_params["index"]), await _body(request)
        if set(body) - {"query"}:
            raise unsupported(f"count body {sorted(body)}")
        scores = scorer(body.get("query", {"match_all": {}}), index.fields)
        counted = sum(scores(source) is not None for source in index.sources.values())
        return JSONResponse({"count": counted, "_shards": SHARDS})

    async def refresh(self, request: Request) -> Response:
        self._indices.reading(request.path_params["index"])
        return JSONResponse({"_shards": SHARDS})

    def _write(self, request: Request, source: dict[str, Any] | None) -> Response:
        known = {"version", "version_type", "refresh"}
        if set(request.query_params) - known:
            raise unsupported(f"parameter {sorted(set(request.query_params) - known)[0]}")
        version = request.query_params.get("version")
        if version is not None and not version.isdigit():
            raise illegal(f"Failed to parse long parameter [version] with value [{version}]")
        version_, created = self._indices.write(
            request.path_params["index"],
            request.path_params["id"],
            source,
            int(version) if version is not None else None,
            request.query_params.get("version_type", "internal"),
        )
        result = "deleted" if source is None else "created" if created else "updated"
        answer = {"_id": request.path_params["id"], "_version": version_, "result": result, "_shards": SHARDS}
        return JSONResponse({"_index": request.path_params["index"], **answer}, 201 if result == "created" else 200)


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    try:
        body = json.loads(raw) if raw else {}
    except ValueError as error:
        raise SearchError(400, "parse_exception", "request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise SearchError(400, "parsing_exception", "Expected [START_OBJECT]")
    return body


async def _search_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SearchError)
    return JSONResponse(error.document(), error.status)


async def _no_handler(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = unsupported(f"{request.method} {request.url.path}")
    return JSONResponse(found.document(), 400 if error.status_code == 404 else error.status_code)
