"""Where the front door leads, and the limits of the API behind it."""

import asyncio
import json
from typing import Any

import pytest

from local.emulator.asgi import Receive, Scope, Send, respond_json
from local.emulator.front_door import FrontDoor
from local.emulator.http_api import PREFIX, HttpApiLimits
from tests.unit.local.emulator.asgi_calls import call, called


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    content = {"path": scope["path"], "raw": scope["raw_path"].decode(), "host": headers.get("host"), "size": len(body)}
    await respond_json(send, 200, content)


def through(api: str | None, path: str, **headers: str) -> Any:
    return call(FrontDoor(echo, lambda: api, "127.0.0.1:8081"), path=path, headers=headers)


@pytest.mark.parametrize("path", ["/api/v1/agents", "/api/v1", "/webhooks/stripe"])
def test_the_api_and_webhooks_lead_to_the_deployed_api_under_the_emulators_own_name(path: str) -> None:
    seen = json.loads(through("abc", path, host="evil.example").body)
    assert seen == {
        "path": f"/_aws/execute-api/abc/$default{path}",
        "raw": f"/_aws/execute-api/abc/$default{path}",
        "host": "127.0.0.1:8081",
        "size": 0,
    }


@pytest.mark.parametrize("path", ["/", "/api/v2", "/api/v1x", "/_mam/strictness", "/_aws/execute-api/abc/x", "/v2/"])
def test_nothing_else_gets_in(path: str) -> None:
    answer = through("abc", path)
    assert answer.status == 404
    problem = json.loads(answer.body)
    assert (problem["type"], problem["status"]) == ("not-found", 404)
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_before_the_deployment_it_says_what_to_do() -> None:
    answer = through(None, "/api/v1/agents")
    assert answer.status == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert "make up" in json.loads(answer.body)["detail"]


def test_a_request_too_long_for_an_http_api_is_refused_and_one_byte_less_is_not() -> None:
    app = HttpApiLimits(echo, max_bytes=10)
    refused = call(app, "POST", f"{PREFIX}a/b", b"x" * 11)
    assert (refused.status, json.loads(refused.body)) == (413, {"message": "Request Entity Too Large"})
    assert json.loads(call(app, "POST", f"{PREFIX}a/b", b"x" * 10).body)["size"] == 10


def test_a_request_line_and_headers_that_are_too_long_are_refused_and_one_byte_less_is_not() -> None:
    app, path, line = HttpApiLimits(echo), f"{PREFIX}a/b/c", len("GET /c HTTP/1.1")
    longest = "x" * (10_240 - line)
    assert call(app, path=path, headers={"x": longest}).status == 200
    refused = call(app, path=path, headers={"x": longest, "y": "z"})
    assert (refused.status, json.loads(refused.body)) == (431, {"message": "Request Header Fields Too Large"})
    assert call(app, path=f"{PREFIX}a/b/{longest}xx").status == 431
    assert call(app, "PUT", "/bucket/key", headers={"x": longest * 2}).status == 200


def test_a_body_that_came_in_pieces_has_a_length_for_the_function() -> None:
    async def lengths(scope: Scope, receive: Receive, send: Send) -> None:
        await respond_json(send, 200, [value.decode() for name, value in scope["headers"] if name == b"content-length"])

    app = HttpApiLimits(lengths)
    pieces = call(app, "POST", f"{PREFIX}a/b", b"four", {"transfer-encoding": "chunked"})
    whole = call(app, "POST", f"{PREFIX}a/b", b"four", {"content-length": "4"})
    nothing = call(app, "GET", f"{PREFIX}a/b")
    assert [json.loads(answer.body) for answer in (pieces, whole, nothing)] == [["4"], ["4"], []]


def test_other_requests_have_no_such_limit() -> None:
    assert call(HttpApiLimits(echo, max_bytes=10), "PUT", "/bucket/key", b"x" * 100).status == 200


def test_an_answer_that_comes_too_late_is_a_503_and_the_work_goes_on() -> None:
    async def scenario() -> tuple[int, bool]:
        done = asyncio.Event()
        release = asyncio.Event()

        async def slow(scope: Scope, receive: Receive, send: Send) -> None:
            await release.wait()
            await respond_json(send, 200, {})
            done.set()

        answer = await called(HttpApiLimits(slow, timeout_seconds=0.01), path=f"{PREFIX}a/b")
        release.set()
        await asyncio.wait_for(done.wait(), 5)
        return answer.status, done.is_set()

    assert asyncio.run(scenario()) == (503, True)
