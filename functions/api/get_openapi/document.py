"""The OpenAPI document as it was generated, and what it says about an address that no function answers."""

import json
import re
from functools import cache
from importlib import resources
from typing import Any

from shared.errors import DomainProblem

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
def document_text() -> str:
    return resources.files("functions.api.get_openapi").joinpath("openapi.json").read_text(encoding="utf-8")


@cache
def _paths() -> dict[str, Any]:
    return json.loads(document_text())["paths"]


def refusal(method: str, path: str) -> DomainProblem:
    """405 with the methods there are if the address exists, else 404."""
    for template, operations in _paths().items():
        pattern = re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, path):
            allowed = ", ".join(sorted(name.upper() for name in operations if name in METHODS))
            return MethodNotAllowed(f"{method} is not possible at {path}; {allowed} is.", headers={"allow": allowed})
    return NoSuchRoute(f"There is nothing at {path}. GET /api/v1/openapi.json describes what there is.")
