"""The generated OpenAPI document, and the refusal that follows from it for requests that no function answers."""

import json
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request

from shared.errors import DomainProblem

NO_CORS = (
    "Pages of other sites may not call this API (it has no CORS): the marketplace's own pages share its origin, and "
    "programs call it from a server."
)
METHODS = {"get", "put", "post", "delete", "patch", "head", "options"}


class NoSuchRoute(DomainProblem):
    status = 404
    type = "not-found"
    title = "Not Found"


class MethodNotAllowed(DomainProblem):
    status = 405
    type = "method-not-allowed"
    title = "Method Not Allowed"


@cache
def read_document() -> str:
    return resources.files("functions.platform.get_openapi").joinpath("openapi.json").read_text(encoding="utf-8")


@cache
def _read_paths() -> dict[str, Any]:
    return json.loads(read_document())["paths"]


def make_refusal(request: Request) -> DomainProblem:
    """405 with the allowed methods if the address exists, else 404."""
    method, path = request.method, request.url.path
    for template, operations in _read_paths().items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            allowed = ", ".join(list_allowed_methods(operations))
            detail = NO_CORS if _is_preflight(request) else f"{method} is not possible at {path}; {allowed} is."
            return MethodNotAllowed(detail, headers={"allow": allowed})
    return NoSuchRoute(f"There is nothing at {path}. GET /api/v1/openapi.json describes what there is.")


def list_allowed_methods(operations: Iterable[str]) -> list[str]:
    """The allowed methods. HEAD is added to GET, since the document does not list it."""
    named = {name.upper() for name in operations if name in METHODS}
    return sorted(named | {"HEAD"} if "GET" in named else named)


def _is_preflight(request: Request) -> bool:
    """Whether a browser asks if a page of another site may send a request."""
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers
