"""HEAD, entity tags and conditional reads, on endpoints made for the purpose."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import DomainProblem
from shared.runtime.conditional import is_known, make_entity_tag
from shared.runtime.http import create_app, make_handler

router = APIRouter()


class Gone(DomainProblem):
    status = 410
    type = "gone"
    title = "Gone"


@router.get("/thing")
async def thing(n: int = 1) -> Response:
    headers = {"cache-control": "public, max-age=10", "link": "</next>"}
    return Response(b'{"n": %d}' % n, headers=headers, media_type="application/json")


@router.get("/pieces")
async def pieces() -> Response:
    return StreamingResponse(iter([b"one ", b"two ", b"three"]), media_type="text/plain")


@router.get("/gone")
async def gone() -> None:
    raise Gone("It is gone.")


@router.get("/broken")
async def broken() -> None:
    raise RuntimeError("no")


@router.post("/change")
async def change() -> dict[str, int]:
    return {"changed": 1}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(router)) as found:
        yield found


VARYING = {"x-request-id"}


@pytest.mark.parametrize("path", ["thing", "pieces", "gone", "broken", "nothing", "thing?n=x"])
def test_head_has_the_status_and_the_headers_of_get_and_no_body(client: TestClient, path: str) -> None:
    got, asked = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    shown = [{name: value for name, value in each.headers.items() if name not in VARYING} for each in (got, asked)]
    if "errors" not in got.text and "request_id" not in got.text:
        assert shown[0] == shown[1]
    assert shown[0].keys() == shown[1].keys()


def test_head_is_refused_where_there_is_no_get(client: TestClient) -> None:
    answer = client.head("/api/v1/change")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (405, "POST", b"")


def test_a_refused_method_learns_that_head_is_allowed_where_get_is(client: TestClient) -> None:
    assert client.delete("/api/v1/thing").headers["allow"] == "GET, HEAD"


def test_the_tag_is_of_the_body_and_of_nothing_else(client: TestClient) -> None:
    first, again, other = (client.get(f"/api/v1/thing?n={n}").headers["etag"] for n in (1, 1, 2))
    assert first == again != other
    assert client.get("/api/v1/pieces").headers["etag"] == make_entity_tag(b"one two three")


def test_only_what_was_read_well_has_a_tag(client: TestClient) -> None:
    for answer in (client.get("/api/v1/gone"), client.post("/api/v1/change"), client.get("/api/v1/nothing")):
        assert "etag" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("field", "status"),
    [
        ("{tag}", 304),
        ("W/{tag}", 304),
        ('"other", {tag}', 304),
        ('"with,comma",W/"x" ,{tag}', 304),
        ("*", 304),
        ('"other"', 200),
        ("", 200),
        ("other", 200),
        ("{tag} and more", 200),
        ('"*"', 200),
        ("*, {tag}", 200),
    ],
)
def test_a_caller_who_has_it_gets_no_body(client: TestClient, method: str, field: str, status: int) -> None:
    first = client.get("/api/v1/thing")
    sent = {"if-none-match": field.format(tag=first.headers["etag"])}
    answer = client.request(method, "/api/v1/thing", headers=sent)
    assert answer.status_code == status
    assert answer.content == (first.content if (status, method) == (200, "GET") else b"")
    for name in ("etag", "cache-control", "link", "x-content-type-options"):
        assert answer.headers[name] == first.headers[name]
    assert "x-request-id" in answer.headers
    assert ("content-type" in answer.headers) == (status == 200)


def test_several_lines_are_one_list(client: TestClient) -> None:
    tag = client.get("/api/v1/thing").headers["etag"]
    lines = [("if-none-match", '"other"'), ("if-none-match", tag)]
    assert client.get("/api/v1/thing", headers=lines).status_code == 304


def test_a_star_does_not_hide_that_there_is_nothing_and_a_change_is_made_whatever_it_says(client: TestClient) -> None:
    star = {"if-none-match": "*"}
    assert client.get("/api/v1/gone", headers=star).status_code == 410
    assert client.post("/api/v1/change", headers=star).json() == {"changed": 1}


class Context:
    aws_request_id = function_name = invoked_function_arn = "test"
    memory_limit_in_mb = 128


def invoke(method: str, **headers: str) -> dict[str, Any]:
    http = {"method": method, "path": "/api/v1/thing", "sourceIp": "198.51.100.7", "protocol": "HTTP/1.1"}
    event = {
        "version": "2.0",
        "routeKey": f"{method} /api/v1/thing",
        "rawPath": "/api/v1/thing",
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {"requestId": "gateway-request", "http": http},
        "isBase64Encoded": False,
    }
    return make_handler(create_app(router))(event, Context())  # pyright: ignore


def test_the_gateway_is_handed_the_length_that_get_has_and_no_body() -> None:
    got, asked = invoke("GET"), invoke("HEAD")
    assert (asked["statusCode"], asked["body"]) == (200, "")
    assert asked["headers"] == got["headers"]
    assert asked["headers"]["content-length"] == str(len(got["body"]))
    known = invoke("GET", **{"if-none-match": got["headers"]["etag"]})
    assert (known["statusCode"], known["body"]) == (304, "")


TAGS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters='"'), max_size=8).map(
    lambda inside: f'"{inside}"'
)

SEPARATORS = st.sampled_from([",", ", ", " ,", ",,"])


@given(st.lists(st.tuples(st.sampled_from(["", "W/"]), TAGS), max_size=5), TAGS, SEPARATORS)
def test_a_list_of_tags_knows_exactly_its_members(listed: list[tuple[str, str]], tag: str, between: str) -> None:
    field = between.join(weak + each for weak, each in listed)
    assert is_known(field, tag) == (tag in {each for _, each in listed})


@given(st.text(max_size=30))
def test_no_field_makes_it_fail(field: str) -> None:
    assert is_known(field, '"a"') in (True, False)
