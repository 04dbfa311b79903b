"""JSON bodies, read strictly: bodies that are ambiguous or that cannot be stored are refused.

RFC 8259 requires UTF-8. RFC 7493 (I-JSON) requires unique names, texts without lone surrogates and numbers that a
double can hold. Python's own reader checks none of this, and also accepts values that JSON cannot write.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, cast

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from shared.errors import DomainProblem
from shared.runtime.exposed_keys import refuse_key_in_body
from shared.values import Json

MAX_DEPTH = 64
MAX_NAME = 100
REPLACEMENT = "\ufffd"
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class BodyNotJson(HTTPException):
    """This is an HTTPException because the framework replaces all other errors raised while it reads a body."""

    def __init__(self, reason: str) -> None:
        super().__init__(400, f"The body is not valid JSON: {reason}.")


class BodyEncoded(DomainProblem):
    """Compressed bodies are refused, since a small one can unpack to any size."""

    status = 415
    type = "unsupported-media-type"
    title = "Unsupported media type"

    def __init__(self, codings: str) -> None:
        super().__init__(
            f"The body is encoded (Content-Encoding: {codings[:MAX_NAME]}). Send the JSON as it is, without "
            "compressing it and without the header Content-Encoding.",
            headers={"accept-encoding": "identity"},
        )


class JsonRequest(Request):
    async def json(self) -> Json:
        return read_json(await self.body(), self.headers.get("content-length"))


class JsonRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            check_encoding(request.headers.getlist("content-encoding"))
            read = JsonRequest(request.scope, request.receive)
            refuse_key_in_body(await read.body())
            return await handle(read)

        return strictly


def check_encoding(fields: Sequence[str]) -> None:
    """Raises BodyEncoded unless the Content-Encoding fields say that the body is not encoded."""
    codings = [coding.strip() for field in fields for coding in field.split(",")]
    if any(coding.lower() not in ("", "identity") for coding in codings):
        raise BodyEncoded(", ".join(codings))


def make_json_router() -> APIRouter:
    """The router of every function that takes a body; `create_app` refuses routers that read bodies in another way."""
    return APIRouter(route_class=JsonRoute)


def read_json(body: bytes, announced: str | None = None) -> Json:
    """`announced` is the Content-Length that the caller sent. Raises BodyNotJson."""
    text = _decode_text(body, announced)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_read_object,
            parse_constant=_refuse_constant,
            parse_float=_read_float,
            parse_int=_read_int,
        )
    except json.JSONDecodeError as error:
        raise BodyNotJson(f"{error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise BodyNotJson(_TOO_DEEP) from error
    _check_depth(value)
    if _SURROGATE.search(text):
        _check_surrogates(value)
    return value


_TOO_DEEP = f"it is nested more than {MAX_DEPTH} levels deep"


def _decode_text(body: bytes, announced: str | None) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = f"it is not UTF-8 (byte {body[error.start] if body else 0:#04x} at position {error.start})"
        raise BodyNotJson(reason) from error
    if REPLACEMENT in text and announced is not None and announced.isdecimal() and int(announced) != len(body):
        # The gateway passes bodies on as text, with this character for every invalid byte: the body grew on the way.
        raise BodyNotJson(f"it is not UTF-8 (bytes before character {text.index(REPLACEMENT) + 1} cannot be read)")
    return text


def _read_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    read = dict(pairs)
    if len(read) != len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise BodyNotJson(f"the name {twice[:MAX_NAME]!a} stands twice in one object")
    return read


def _refuse_constant(name: str) -> Json:
    raise BodyNotJson(f"{name} is not a JSON number")


def _read_float(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise BodyNotJson(_TOO_LARGE)
    return value


def _read_int(digits: str) -> int:
    try:
        value = int(digits)
        float(value)
    except (ValueError, OverflowError) as error:
        raise BodyNotJson(_TOO_LARGE) from error
    return value


_TOO_LARGE = "a number is too large (a double holds up to 1.8e308)"


def _check_depth(value: Json) -> None:
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for whole in level for part in _list_parts(whole) if isinstance(part, dict | list)]
        if not level:
            return
    raise BodyNotJson(_TOO_DEEP)


def _list_parts(value: Json) -> Iterable[Json]:
    if isinstance(value, dict):
        return cast("dict[str, Json]", value).values()
    return cast("list[Json]", value) if isinstance(value, list) else ()


def _check_surrogates(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise BodyNotJson("a text has a lone surrogate (half of a character, such as \\ud83d)") from error
