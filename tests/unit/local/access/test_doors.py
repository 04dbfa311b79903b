"""Who gets in at each listener, and that nobody else gets more than 401 or 403."""

import asyncio
import json
from collections.abc import Callable, Mapping

import pytest

from local.access.credentials import CONTROL_HEADER, NO_CREDENTIALS, Credentials, basic
from local.access.doors import aws_gate, claude_gate, control_gate, reddit_gate, signed_gate, stripe_gate, web_gate
from local.access.gate import Gate
from local.emulator.asgi import App, Message, Receive, Scope, Send, respond
from tests.unit.local.emulator.asgi_calls import Answer, call

PORT = 9001
HOST = {"host": f"127.0.0.1:{PORT}"}
OURS = Credentials(b"o" * 32)
THEIRS = Credentials(b"t" * 32)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    body = (await receive())["body"]
    await respond(send, 200, body or b"in", "text/plain", ("Access-Control-Allow-Origin", "*"), ("x-own", "1"))


Make = Callable[[App, int, Credentials], Gate]


def at_reddit(app: App, port: int, credentials: Credentials) -> Gate:
    return reddit_gate(app, port, credentials, lambda token: token == f"issued-{credentials.control}")


GATES: dict[str, Make] = {
    "aws": aws_gate,
    "signed": signed_gate,
    "control": control_gate,
    "claude": claude_gate,
    "reddit": at_reddit,
    "stripe": stripe_gate,
    "web": web_gate,
}


def proofs(keys: Credentials) -> list[tuple[str, str, dict[str, str]]]:
    """Gate, path and headers that open it, but for signatures."""
    return [
        ("aws", "/v2/mam-agents/manifests/base", {"authorization": basic(("AWS", keys.registry_password))}),
        ("claude", "/v1/messages", {"x-api-key": keys.claude_key}),
        ("claude", "/v1/messages", {"authorization": f"Bearer {keys.claude_key}"}),
        ("reddit", "/api/v1/access_token", {"authorization": basic(keys.reddit_client)}),
        ("reddit", "/r/x/new", {"authorization": f"bearer issued-{keys.control}"}),
        ("stripe", "/v1/customers", {"authorization": f"Bearer {keys.stripe_key}"}),
        ("stripe", "/v1/customers", {"authorization": basic((keys.stripe_key, ""))}),
        ("web", "/", {"host": "prices.test", "proxy-authorization": basic(keys.web_login)}),
        *((name, "/_standin/mode", {CONTROL_HEADER: keys.control}) for name in GATES),
    ]


def through(name: str, path: str, headers: Mapping[str, str], body: bytes = b"", keys: Credentials = OURS) -> Answer:
    return call(GATES[name](application, PORT, keys), "POST", path, body, {**HOST, **headers})


@pytest.mark.parametrize(("name", "path", "headers"), proofs(OURS))
def test_the_proof_of_the_real_sdk_opens_and_no_page_may_read_the_answer(
    name: str, path: str, headers: dict[str, str]
) -> None:
    answer = through(name, path, headers, b"a body")
    assert (answer.status, answer.body) == (200, b"a body")
    assert "x-own" in answer.headers
    assert not [each for each in answer.headers if each.lower().startswith("access-control")]


@pytest.mark.parametrize(("name", "path", "headers"), proofs(THEIRS))
def test_the_proof_of_another_installation_opens_nothing(name: str, path: str, headers: dict[str, str]) -> None:
    assert through(name, path, headers).status in (401, 403)


@pytest.mark.parametrize(("name", "path", "headers"), proofs(NO_CREDENTIALS))
def test_before_there_is_a_secret_nothing_opens(name: str, path: str, headers: dict[str, str]) -> None:
    assert through(name, path, headers, keys=NO_CREDENTIALS).status in (401, 403)


@pytest.mark.parametrize(("name", "path", "headers"), proofs(OURS))
@pytest.mark.parametrize(
    "of_a_browser",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{PORT}"},
        {"host": "evil.example"},
        {"host": f"evil.example:{PORT}"},
        {"host": "127.0.0.1"},
        {"host": f"127.0.0.1:{PORT + 1}"},
        {"host": ""},
    ],
)
def test_what_a_browser_sends_for_a_page_is_refused_whatever_it_knows(
    name: str, path: str, headers: dict[str, str], of_a_browser: dict[str, str]
) -> None:
    assert through(name, path, {**headers, **of_a_browser}).status == 403


@pytest.mark.parametrize("name", GATES)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "OPTIONS", "HEAD", "DELETE", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/", "/_standin/mode", "/_ministack/health", "/_mam/strictness", "/v2/", "/bucket/key"]
)
def test_without_a_proof_there_is_no_other_answer(name: str, method: str, path: str) -> None:
    headers = {**HOST, "content-type": "text/plain"}
    answer = call(GATES[name](application, PORT, OURS), method, path, b'{"TableName": "x"}', headers)
    assert answer.status in (401, 403)
    assert "secret of this installation" in json.loads(answer.body)["message"]
    assert not [each for each in answer.headers if each.lower().startswith("access-control")]


def test_the_proof_of_one_listener_opens_no_other() -> None:
    for name, path, headers in proofs(OURS):
        if CONTROL_HEADER not in headers:
            others = [each for each in GATES if each != name]
            assert {through(other, path, headers).status for other in others} <= {401, 403}, headers


@pytest.mark.parametrize(("name", "path", "headers"), proofs(OURS))
def test_a_proof_for_the_service_does_not_open_the_paths_of_our_own_programs(
    name: str, path: str, headers: dict[str, str]
) -> None:
    if CONTROL_HEADER not in headers:
        assert through(name, "/_standin/mode", headers).status in (401, 403)


def test_a_web_socket_is_closed_before_it_opens() -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    asyncio.run(aws_gate(application, PORT, OURS)({"type": "websocket", "path": "/", "headers": []}, receive, send))
    assert [each["type"] for each in sent] == ["websocket.close"]


@pytest.mark.parametrize("path", ["/c/pay/cs_test_x", "/p/session/bps_x"])
@pytest.mark.parametrize("origin", [None, "null", f"http://127.0.0.1:{PORT}"])
def test_a_customers_browser_reaches_stripes_pages(path: str, origin: str | None) -> None:
    headers = {"origin": origin} if origin else {}
    assert through("stripe", path, headers).status == 200


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/c/pay/cs_test_x", {"origin": "https://elsewhere.example"}),
        ("/c/pay/cs_test_x", {"host": "elsewhere.example"}),
        ("/v1/customers", {"origin": f"http://127.0.0.1:{PORT}"}),
        ("/_standin/money", {}),
        ("/c/pay/../../v1/customers", {"origin": "https://elsewhere.example"}),
    ],
)
def test_and_nobody_elses_page_and_nothing_else_there(path: str, headers: dict[str, str]) -> None:
    assert through("stripe", path, headers).status in (401, 403)
