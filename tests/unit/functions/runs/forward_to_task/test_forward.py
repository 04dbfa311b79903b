"""The forwarding function reaches tasks, and cannot be talked into reaching anything else."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from functions.runs.forward_to_task import forward as forwarding
from functions.runs.forward_to_task.forward import Refused, forward
from functions.runs.forward_to_task.handler import handler

NETWORK = "127.0.0.0/8"


class FakeTask(BaseHTTPRequestHandler):
    status, reply, pause = 200, b'{"status": "succeeded"}', 0.0
    got: ClassVar[dict[str, Any]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        type(self).got = {"body": body, "headers": dict(self.headers), "path": self.path}
        time.sleep(self.pause)
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.reply)))
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(self.reply)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def task(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeTask]]:
    handler = type("Task", (FakeTask,), {})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        monkeypatch.setattr(forwarding, "PORT", server.server_port)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield handler
        server.shutdown()


def request(**changes: Any) -> dict[str, Any]:
    asked = {
        "address": "127.0.0.1",
        "port": forwarding.PORT,
        "path": "/run",
        "nonce": "n",
        "body": "{}",
        "timeout_seconds": 5,
    }
    return {**asked, **changes}


def test_a_call_is_handed_on_and_answered(task: type[FakeTask]) -> None:
    answer = forward(request(body='{"x": "ü"}', nonce="secret", correlation_id="run-1"), NETWORK)
    assert answer == {"status": 200, "body": '{"status": "succeeded"}'}
    assert json.loads(task.got["body"]) == {"x": "ü"}
    assert task.got["headers"]["x-mam-nonce"] == "secret"
    assert task.got["headers"]["x-correlation-id"] == "run-1"


def test_a_task_can_be_asked_for_its_health(task: type[FakeTask]) -> None:
    assert forward(request(path="/health", body=""), NETWORK)["status"] == 200
    assert (task.got["path"], task.got["body"]) == ("/health", b"")


def test_a_correlation_id_cannot_bring_headers_along(task: type[FakeTask]) -> None:
    forward(request(correlation_id="run-1\r\nx-mam-nonce: ü other"), NETWORK)
    assert task.got["headers"]["x-correlation-id"] == "run-1x-mam-nonce:other"
    assert task.got["headers"]["x-mam-nonce"] == "n"


def test_the_handler_logs_one_line_without_content(
    task: type[FakeTask], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TASK_NETWORK", NETWORK)
    assert handler(request(body='{"secret": 1}', correlation_id="run-1"), None)["status"] == 200
    line = json.loads(capsys.readouterr().out)
    assert (line["correlation_id"], line["status"]) == ("run-1", 200)
    assert "secret" not in json.dumps(line)


@pytest.mark.parametrize("status", [403, 409, 500, 302])
def test_the_tasks_own_status_comes_back_and_redirects_are_not_followed(task: type[FakeTask], status: int) -> None:
    task.status = status
    assert forward(request(), NETWORK)["status"] == status


@pytest.mark.parametrize(
    "changes",
    [
        {"address": "10.0.0.1"},
        {"address": "169.254.169.254"},
        {"address": "8.8.8.8"},
        {"address": "localhost"},
        {"address": "127.0.0.1.evil.test"},
        {"address": "::1"},
        {"address": "0x7f000001"},
        {"address": ""},
        {"address": None},
        {"port": 22},
        {"port": "eighty"},
        {"path": "/"},
        {"path": "/run?x=1"},
        {"path": "/../health"},
        {"path": "http://evil.test/run"},
        {"nonce": "a\r\nHost: evil"},
        {"nonce": "ü"},
        {"timeout_seconds": "soon"},
    ],
    ids=str,
)
def test_anything_but_a_call_of_a_task_is_refused_before_a_connection(
    task: type[FakeTask], changes: dict[str, Any]
) -> None:
    with pytest.raises(Refused):
        forward(request(**changes), NETWORK)
    assert task.got == {}


def test_an_address_outside_of_the_configured_network_is_refused(task: type[FakeTask]) -> None:
    with pytest.raises(Refused, match="is not a task"):
        forward(request(), "127.64.0.0/10")


def test_a_missing_field_is_refused() -> None:
    with pytest.raises(Refused):
        forward({}, NETWORK)


def test_a_task_that_is_late_or_gone_is_told_apart(task: type[FakeTask]) -> None:
    task.pause = 1.0
    assert forward(request(timeout_seconds=0.1), NETWORK)["status"] == 504
    forwarding.PORT = 1
    assert forward(request(), NETWORK)["status"] == 502


def test_a_reply_that_is_too_large_is_cut_off(task: type[FakeTask]) -> None:
    task.reply = b"x" * (forwarding.MAX_REPLY_BYTES + 1)
    answer = forward(request(), NETWORK)
    assert answer["status"] == 502
    assert "bytes" in answer["reason"]


def test_bytes_that_are_no_text_do_no_harm(task: type[FakeTask]) -> None:
    task.reply = b"\xff\xfe"
    assert forward(request(), NETWORK)["body"] == "\ufffd\ufffd"
