"""Renders every error of the HTTP API as `application/problem+json` (RFC 9457). No other module renders errors."""

import http
from collections.abc import Mapping, Sequence
from typing import Any

import pydantic_core
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from shared.errors import DomainProblem
from shared.runtime.json_body import BodyNotJson

MEDIA_TYPE = "application/problem+json"
INTERNAL_DETAIL = "The request failed on our side. Try again; if it keeps failing, tell us the request id."
MAX_FIELDS = 20
MAX_NAME = 200
SLUGS = {
    400: "bad-request",
    404: "not-found",
    405: "method-not-allowed",
    413: "body-too-large",
    415: "unsupported-media-type",
    422: "validation",
    500: "internal",
}


class FieldProblem(BaseModel):
    """One field that is wrong: its name as the caller wrote it (`input.url`, `page_size`), where it was, and why."""

    field: str = Field(description="Its name, with dots and numbers for what lies deeper: `input.items.0`")
    location: str = Field(description="body, query, path or header")
    message: str = Field(description="What is wrong with it")


class ProblemDocument(BaseModel):
    """The RFC 9457 document that every error answers with. Some types carry further members."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Stable slug of the kind of problem")
    title: str = Field(description="The kind of problem, for people")
    status: int = Field(description="The HTTP status again")
    detail: str = Field(description="What happened this time and, where it helps, how to fix it")
    request_id: str = Field(description="Tell us this when you ask about it")
    errors: list[FieldProblem] | None = Field(default=None, description="The fields that are wrong (type `validation`)")


def write_problem(
    request_id: str, status: int, type_: str, title: str, detail: str, extra: Mapping[str, Any] | None = None
) -> bytes:
    document: dict[str, Any] = {
        "type": type_,
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    document = {**document, **(extra or {}), **document}
    return pydantic_core.to_json(document, inf_nan_mode="null", serialize_unknown=True)


def make_problem_response(
    request: Request,
    status: int,
    type_: str,
    title: str,
    detail: str,
    *,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body = write_problem(str(request.scope.get("mam.request_id", "")), status, type_, title, detail, extra)
    return Response(body, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


async def render_domain_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, DomainProblem)
    return make_problem_response(
        request, error.status, error.type, error.title, error.detail, extra=error.extra, headers=error.headers
    )


async def render_http_exception(request: Request, error: Exception) -> Response:
    """Render the framework's own refusals: an unknown route, a wrong method, an unreadable body."""
    assert isinstance(error, HTTPException)
    status = error.status_code
    title = http.HTTPStatus(status).phrase
    details = {
        404: f"There is nothing at {request.url.path}.",
        405: f"{request.method} is not possible at {request.url.path}; see the Allow header.",
    }
    return make_problem_response(
        request,
        status,
        SLUGS.get(status, "bad-request" if status < 500 else "internal"),
        title,
        details.get(status, str(error.detail)),
        headers=_add_head(error.headers or {}),
    )


def _add_head(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Add HEAD to `Allow` beside GET, since the framework does not know that every GET route answers HEAD."""
    allowed = sorted({name.strip() for name in headers.get("Allow", "").split(",") if name.strip()})
    return {**headers, "Allow": ", ".join([*allowed, "HEAD"])} if "GET" in allowed else headers


async def render_body_not_json(request: Request, error: Exception) -> Response:
    assert isinstance(error, BodyNotJson)
    return make_problem_response(request, 400, "invalid-json", "The body is not valid JSON", error.detail)


async def render_validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found: Sequence[Any] = error.errors()
    if isinstance(error.body, bytes):
        detail = "The body has to be JSON: send it with `Content-Type: application/json`."
        return make_problem_response(request, 415, SLUGS[415], "Unsupported media type", detail)
    return make_validation_problem(request, [_read_field_problem(item) for item in found[:MAX_FIELDS]])


def make_validation_problem(request: Request, errors: Sequence[FieldProblem]) -> Response:
    return make_problem_response(
        request,
        422,
        SLUGS[422],
        "The request is not valid",
        "; ".join(f"{error.field}: {error.message}" for error in errors[:3]),
        extra={"errors": [error.model_dump() for error in errors]},
    )


def _read_field_problem(item: Mapping[str, Any]) -> FieldProblem:
    location, *path = [str(part) for part in item["loc"]] or ["request"]
    return FieldProblem(field=".".join(path)[:MAX_NAME] or location, location=location, message=str(item["msg"]))


DESCRIPTIONS = {
    400: "The request cannot be read (for example, the body is not valid JSON)",
    404: "There is no such thing",
    401: "Nobody is signed in, or the credentials are not valid",
    403: "These credentials may not do this",
    409: "Somebody was faster, or it was done before",
    405: "The path exists, the method does not",
    410: "It was here once and is gone",
    413: "The body is larger than 256 KB",
    415: "The body is not `application/json`, or it is encoded",
    422: "A field is not valid: `errors` names it",
    429: "A limit is reached: wait for `Retry-After` seconds",
    500: "A failure on our side",
    502: "The agent failed",
    503: "The platform failed, not the caller: try again after `Retry-After` seconds",
}


_TEXT = {"type": "string"}
LIMIT_HEADERS = {
    "RateLimit-Policy": {
        "description": "The limits that count here: of each its name, quota `q` and window `w` in seconds",
        "schema": _TEXT,
        "example": '"demos-per-agent";q=3;w=3600, "demos";q=20;w=3600',
    },
    "RateLimit": {
        "description": "What is left of each: `r` requests; `t` is the seconds until there will be more",
        "schema": _TEXT,
        "example": '"demos-per-agent";r=2;t=3600, "demos";r=19;t=3600',
    },
}
"""Headers of every answer that counts against a limit (draft-ietf-httpapi-ratelimit-headers-11)."""
RETRY_AFTER = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "How to sign in", "schema": _TEXT}},
    415: {"Accept-Encoding": {"description": "`identity`, if the body was encoded", "schema": _TEXT}},
    429: {**RETRY_AFTER, **LIMIT_HEADERS},
    503: RETRY_AFTER,
}


def describe_problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: each status with the problem document, for the OpenAPI document."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {
            "description": DESCRIPTIONS[status],
            "content": {MEDIA_TYPE: {"schema": schema}},
            **({"headers": HEADERS[status]} if status in HEADERS else {}),
        }
        for status in statuses
    }
