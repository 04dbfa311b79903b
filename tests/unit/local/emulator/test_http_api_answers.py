"""What a caller is told when the function host died under its request."""

import json
from typing import Any

import pytest
from ministack.services import lambda_svc

from local.emulator.interrupted_demos import token_of
from local.emulator.patches import http_api_answers

ROWS: list[dict[str, Any]] = [
    {"run_id": {"S": "other"}, "origin": {"S": "demo"}, "request_id": {"S": "r0"}},
    {"run_id": {"S": "scheduled"}, "origin": {"S": "schedule"}, "request_id": {"S": "r1"}},
    {"run_id": {"S": "token"}, "origin": {"S": "demo"}, "request_id": {"S": "r1"}},
]


@pytest.fixture
def convert(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(http_api_answers, "stored_rows", lambda: ROWS)
    return http_api_answers._without_the_inside(lambda_svc.lambda_execute_result_to_api_proxy_response)


def failed(error_type: str, request_id: str) -> dict[str, Any]:
    return {"body": {"errorType": error_type, "errorMessage": "m"}, "error": True, "request_id": request_id}


def test_a_demo_that_had_begun_is_named_so_that_it_is_not_lost(convert: Any) -> None:
    answer, _ = convert(failed("Lambda.ServiceException", "r1"))
    problem = json.loads(answer["body"])
    assert (answer["statusCode"], problem["status"], problem["token"]) == (503, 503, "token")
    assert answer["headers"]["Location"] == "/api/v1/demos/token"
    assert int(answer["headers"]["Retry-After"]) > 0


def test_a_request_that_had_begun_nothing_is_to_be_sent_again(convert: Any) -> None:
    answer, _ = convert(failed("Lambda.ServiceException", "r9"))
    assert answer["statusCode"] == 503
    assert "token" not in json.loads(answer["body"])
    assert "Location" not in answer["headers"]


def test_a_functions_own_failure_stays_a_500_that_tells_nothing(convert: Any) -> None:
    answer, _ = convert(failed("ValueError", "r1"))
    assert (answer["statusCode"], json.loads(answer["body"])) == (500, {"message": "Internal Server Error"})


def test_only_a_demo_of_that_very_request_is_meant() -> None:
    assert token_of("r1", ROWS) == "token"
    assert token_of("r1", ROWS[:2]) is None
    assert token_of("", [{"request_id": {"S": ""}}]) is None
