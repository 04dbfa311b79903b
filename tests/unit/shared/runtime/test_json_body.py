"""What is taken for JSON and what is not: as bytes, as text that a gateway mangled, and with what it says."""

import json
from typing import Any

import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from shared.runtime.http import create_app
from shared.runtime.json_body import MAX_DEPTH, BodyNotJson, make_json_router, read_json

REFUSED = [
    (b"{", "character 1"),
    (b"", "character 0"),
    (b'{"a": "\xff\xfe"}', "not UTF-8 (byte 0xff at position 7)"),
    (b'{"a": "\xed\xa0\x80"}', "not UTF-8"),
    ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
    (b'{"a": NaN}', "NaN is not a JSON number"),
    (b'{"a": [-Infinity]}', "-Infinity is not a JSON number"),
    (b'{"a": 1e999}', "number is too large"),
    (b'{"a": -1e999}', "number is too large"),
    (b'{"a": ' + b"9" * 400 + b"}", "number is too large"),
    (b'{"a": ' + b"9" * 100_000 + b"}", "number is too large"),
    (b'{"a": 1, "b": {"c": 1, "c": 2}}', "the name 'c' stands twice"),
    (b'{"a": 1, "\\u0061": 2}', "the name 'a' stands twice"),
    (b'{"a": "\\ud83d"}', "lone surrogate"),
    (b'{"\\udc00": 1}', "lone surrogate"),
    (b"[" * (MAX_DEPTH + 2) + b"]" * (MAX_DEPTH + 2), "levels deep"),
    (b"[" * 100_000 + b"]" * 100_000, "levels deep"),
    (b'{"a":' * 100_000, "levels deep"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED, ids=lambda value: str(value)[:30])
def test_what_is_not_plain_json_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(BodyNotJson) as refused:
        read_json(body)
    assert refused.value.status_code == 400
    assert refused.value.detail.startswith("The body is not valid JSON: ")
    assert reason in refused.value.detail
    assert len(refused.value.detail) < 300


@pytest.mark.parametrize(
    "value",
    [
        {"a": "\u00e9\U0001f680 \\ud800 \ufffd", "b": [1, -2.5, 1e308, 2**63, True, None]},
        {"a": {"a": {"a": 1}}, "b": [{"a": 1}, {"a": 2}]},
        [[]],
        "text",
        0,
    ],
)
def test_plain_json_is_read_as_any_reader_does(value: Any) -> None:
    for text in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        assert read_json(text.encode(), str(len(text.encode()))) == value
        assert read_json(b"\xef\xbb\xbf" + text.encode()) == value


def nested(levels: int) -> bytes:
    return b"[" * levels + b"]" * levels


def test_nesting_may_go_as_deep_as_it_says() -> None:
    assert read_json(nested(MAX_DEPTH))
    with pytest.raises(BodyNotJson, match=f"more than {MAX_DEPTH} levels"):
        read_json(nested(MAX_DEPTH + 1))


def test_bytes_that_the_gateway_replaced_are_noticed_by_the_length_that_was_announced() -> None:
    sent = b'{"a": "\xff"}'
    arrived = sent.decode(errors="replace").encode()
    with pytest.raises(BodyNotJson, match="not UTF-8"):
        read_json(arrived, str(len(sent)))


@pytest.mark.parametrize("announced", [None, "", "x", "11"])
def test_the_replacement_sign_itself_is_text_like_any_other(announced: str | None) -> None:
    sent = '{"a": "\ufffd"}'.encode()
    assert len(sent) == 12
    if announced == "11":
        announced = "12"
    assert read_json(sent, announced) == {"a": "\ufffd"}


def test_many_names_are_compared_in_no_time_that_matters() -> None:
    names = ",".join(f'"{number}": 0' for number in range(20_000))
    with pytest.raises(BodyNotJson, match="'19999' stands twice"):
        read_json(f'{{{names}, "19999": 1}}'.encode())


def test_a_body_that_would_be_read_otherwise_is_not_built() -> None:
    class Body(BaseModel):
        number: int

    async def take(body: Body) -> int:
        return body.number

    lax, strict = APIRouter(), make_json_router()
    lax.post("/take")(take)
    strict.post("/take")(take)
    create_app(strict)
    with pytest.raises(TypeError, match="json_router"):
        create_app(lax)
