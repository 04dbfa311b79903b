"""CloudFormation hears of every outcome, at the address it named."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from shared.runtime.custom_resource import answer_custom_resource


@pytest.fixture
def cloudformation() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    heard: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/answer", heard
        server.shutdown()


def event(kind: str, url: str) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": url,
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "BaseImage",
        "ResourceProperties": {"Tag": "3.12-slim"},
    }


class Context:
    function_name = "mam-prepare-base-image"


def test_the_result_is_told(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    url, heard = cloudformation
    answer_custom_resource(lambda properties: {"Digest": f"of {properties['Tag']}"})(event("Create", url), Context())  # type: ignore[arg-type]
    assert heard == [
        {
            "Status": "SUCCESS",
            "PhysicalResourceId": "BaseImage",
            "StackId": "stack",
            "RequestId": "request",
            "LogicalResourceId": "BaseImage",
            "Data": {"Digest": "of 3.12-slim"},
        }
    ]


def test_a_failure_is_told_with_its_reason(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    def fail(properties: dict[str, Any]) -> dict[str, str]:
        raise ValueError("the gallery is closed")

    url, heard = cloudformation
    answer_custom_resource(fail)(event("Update", url), Context())  # type: ignore[arg-type]
    assert (heard[0]["Status"], heard[0]["Reason"]) == ("FAILED", "ValueError: the gallery is closed")


def test_deleting_does_nothing(cloudformation: tuple[str, list[dict[str, Any]]]) -> None:
    def fail(properties: dict[str, Any]) -> dict[str, str]:
        raise AssertionError("not to be called")

    url, heard = cloudformation
    answer_custom_resource(fail)(event("Delete", url), Context())  # type: ignore[arg-type]
    assert heard[0]["Status"] == "SUCCESS"


def test_a_schedule_gets_the_work_done_and_nobody_is_answered(
    cloudformation: tuple[str, list[dict[str, Any]]],
) -> None:
    handler = answer_custom_resource(lambda properties: {"Digest": f"of {properties['Tag']}"})

    assert handler({"ResourceProperties": {"Tag": "3.12-slim"}}, Context()) == {"Digest": "of 3.12-slim"}  # type: ignore[arg-type]
    assert cloudformation[1] == []


def test_a_failure_on_schedule_is_raised_so_that_it_is_tried_again() -> None:
    def work(_properties: dict[str, Any]) -> dict[str, str]:
        raise ValueError("the registry is away")

    with pytest.raises(ValueError, match="the registry is away"):
        answer_custom_resource(work)({"ResourceProperties": {}}, Context())  # type: ignore[arg-type]
