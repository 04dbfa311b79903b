"""What every endpoint has in common, on endpoints made for the purpose, through the Lambda handler and in process."""

import gzip
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict

from shared.errors import DomainProblem
from shared.runtime import wiring
from shared.runtime.client_address import find_client_address
from shared.runtime.http import create_app, make_handler
from shared.runtime.json_body import make_json_router
from shared.runtime.observability import logger

router = make_json_router()


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    numbers: list[int]


class NotToday(DomainProblem):
    status = 409
    type = "not-today"
    title = "Not today"


@router.post("/sum")
async def add(body: Body) -> dict[str, int]:
    return {"sum": sum(body.numbers)}


@router.get("/boom")
async def boom() -> None:
    raise ValueError("the password is hunter2")


@router.get("/refused")
async def refused() -> None:
    raise NotToday("Come back tomorrow.", extra={"day": "tomorrow"}, headers={"retry-after": "86400"})


@router.get("/who")
async def who(request: Request) -> dict[str, str]:
    return {"address": find_client_address(request)}


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(router)) as found:
        yield found


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the functions log from here on."""
    written = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


class Context:
    aws_request_id = "lambda-request"
    function_name = "mam-test"
    memory_limit_in_mb = 128
    invoked_function_arn = "arn:aws:lambda:us-east-1:0:function:mam-test"


def invoke(method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **(headers or {})},
        "requestContext": {
            "requestId": "gateway-request",
            "http": {
                "method": method,
                "path": path,
                "sourceIp": "198.51.100.7",
                "protocol": "HTTP/1.1",
                "userAgent": "t",
            },
        },
        "body": body,
        "isBase64Encoded": False,
    }
    return make_handler(create_app(router))(event, Context())  # pyright: ignore


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "slug"),
    [
        ("GET", "/nowhere", None, 404, "not-found"),
        ("GET", "/api/v1/sum", None, 405, "method-not-allowed"),
        ("POST", "/api/v1/sum", b"{", 400, "invalid-json"),
        ("POST", "/api/v1/sum", b"\xff\xfe{}", 400, "invalid-json"),
        ("POST", "/api/v1/sum", b'{"numbers": ' + b"9" * 5000 + b"}", 400, "invalid-json"),
        ("POST", "/api/v1/sum", b'{"numbers": [1], "numbers": [2]}', 400, "invalid-json"),
        ("POST", "/api/v1/sum", b'{"numbers": ["\xff"]}', 400, "invalid-json"),
        ("POST", "/api/v1/sum", b"", 422, "validation"),
        ("POST", "/api/v1/sum", b"[]", 422, "validation"),
        ("POST", "/api/v1/sum", b'{"numbers": [1], "more": 1}', 422, "validation"),
        ("POST", "/api/v1/sum", b" " * (256 * 1024 + 1), 413, "body-too-large"),
        ("GET", "/api/v1/boom", None, 500, "internal"),
        ("GET", "/api/v1/refused", None, 409, "not-today"),
    ],
)
def test_every_error_is_a_problem_document(
    client: TestClient, method: str, path: str, content: bytes | None, status: int, slug: str
) -> None:
    answer = client.request(method, path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (slug, status)
    assert problem["title"]
    assert problem["detail"]
    assert problem["request_id"] == answer.headers["x-request-id"]


def test_a_wrong_field_is_named(client: TestClient) -> None:
    problem = client.post("/api/v1/sum", json={"numbers": [1, "x"]}).json()
    assert problem["errors"][0]["field"] == "numbers.1"
    assert problem["errors"][0]["location"] == "body"
    assert problem["detail"].startswith("numbers.1: ")


def test_a_body_that_does_not_say_it_is_json_is_refused_as_such(client: TestClient) -> None:
    answer = client.post("/api/v1/sum", content=b'{"numbers": []}', headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"]) == (415, "unsupported-media-type")


@pytest.mark.parametrize(
    "encoding",
    ["gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "compress", "identity, gzip", "gzip, identity"],
)
@pytest.mark.parametrize("media_type", ["application/json", "application/json; charset=utf-8"])
def test_an_encoded_body_is_refused_with_what_is_taken_instead(
    client: TestClient, encoding: str, media_type: str
) -> None:
    headers = {"content-type": media_type, "content-encoding": encoding}
    answer = client.post("/api/v1/sum", content=gzip.compress(b'{"numbers": [1]}'), headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "unsupported-media-type")
    assert answer.headers["accept-encoding"] == "identity"
    assert "without" in answer.json()["detail"]


@pytest.mark.parametrize("encoding", ["identity", "Identity", "", "identity, identity"])
def test_a_body_that_says_it_is_not_encoded_is_read(client: TestClient, encoding: str) -> None:
    headers = {"content-type": "application/json", "content-encoding": encoding}
    assert client.post("/api/v1/sum", content=b'{"numbers": [1]}', headers=headers).json() == {"sum": 1}


def test_a_body_that_is_not_utf_8_is_refused_as_such_in_bytes_and_as_the_gateway_hands_it_over(
    client: TestClient,
) -> None:
    sent = b'{"numbers": ["\xff\xfe"]}'
    headers = {"content-type": "application/json", "content-length": str(len(sent))}
    direct = client.post("/api/v1/sum", content=sent, headers={"content-type": "application/json"}).json()
    mangled = json.loads(invoke("POST", "/api/v1/sum", sent.decode(errors="replace"), headers)["body"])
    for problem in (direct, mangled):
        assert (problem["type"], problem["status"]) == ("invalid-json", 400)
        assert "not UTF-8" in problem["detail"]


def test_a_failure_shows_nothing_of_the_inside_and_logs_it(client: TestClient, log: StringIO) -> None:
    answer = client.get("/api/v1/boom")
    assert "hunter2" not in answer.text
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    failed = next(line for line in lines if line["message"] == "request failed")
    assert failed["correlation_id"] == answer.headers["x-request-id"]
    assert failed["error"] == "ValueError"


def test_a_refusal_carries_its_extra_members_and_headers(client: TestClient) -> None:
    answer = client.get("/api/v1/refused")
    assert answer.json()["day"] == "tomorrow"
    assert answer.headers["retry-after"] == "86400"


def test_the_gateways_request_id_is_the_responses_and_the_logs(log: StringIO) -> None:
    answer = invoke("POST", "/api/v1/sum", '{"numbers": [1, 2]}', {"x-request-id": "chosen by the caller"})
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"sum": 3}
    assert answer["headers"]["x-request-id"] == "gateway-request"
    line = json.loads(log.getvalue().splitlines()[-1])
    assert line["correlation_id"] == "gateway-request"
    assert (line["method"], line["status"]) == ("POST", 200)


def test_the_log_line_of_a_request_is_also_its_latency_metric(log: StringIO) -> None:
    invoke("GET", "/api/v1/who")
    line = json.loads(log.getvalue().splitlines()[-1])
    metric = line["_aws"]["CloudWatchMetrics"][0]
    assert metric["Namespace"] == "MAM"
    for name in (metric["Metrics"][0]["Name"], *metric["Dimensions"][0]):
        assert name in line


def test_headers_and_bodies_are_not_logged(log: StringIO) -> None:
    invoke("POST", "/api/v1/sum", '{"numbers": ["private"]}', {"authorization": "Bearer private"})
    assert "private" not in log.getvalue()


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "198.51.100.7"),
        ({"x-mam-client-ip": "203.0.113.1"}, "198.51.100.7"),
        ({"x-mam-client-ip": "203.0.113.1", "x-mam-origin": "guess"}, "198.51.100.7"),
        ({"x-mam-client-ip": "203.0.113.1", "x-mam-origin": "s3cret"}, "203.0.113.1"),
        ({"x-mam-origin": "s3cret"}, "198.51.100.7"),
        ({"x-forwarded-for": "203.0.113.1"}, "198.51.100.7"),
    ],
)
def test_a_claimed_address_is_believed_only_with_the_secret(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str], address: str
) -> None:
    monkeypatch.setattr(wiring.platform, "origin_secret", lambda: "s3cret")
    assert json.loads(invoke("GET", "/api/v1/who", headers=headers)["body"]) == {"address": address}


def test_without_a_secret_no_claim_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORIGIN_SECRET", raising=False)
    headers = {"x-mam-client-ip": "203.0.113.1", "x-mam-origin": ""}
    assert json.loads(invoke("GET", "/api/v1/who", headers=headers)["body"]) == {"address": "198.51.100.7"}
