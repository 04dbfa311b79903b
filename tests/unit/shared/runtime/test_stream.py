"""Reactions to a table's stream: what failed comes back, and the log says why, as far as it may."""

from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from shared.runtime.stream import react_to_stream

CONTEXT: Any = SimpleNamespace(aws_request_id="request-1", get_remaining_time_in_millis=lambda: 10_000)


def record(number: int) -> dict[str, Any]:
    change = {"Keys": {"mail_id": {"S": f"mail_{number}"}}, "SequenceNumber": str(number)}
    return {"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": change}


def refuse_second(record: DynamoDBRecord) -> None:
    assert record.dynamodb is not None
    if record.dynamodb.keys["mail_id"] == "mail_2":
        raise ValueError("ann@example.org is not verified")


def told(caplog: pytest.LogCaptureFixture, **settings: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    event = {"Records": [record(1), record(2)]}
    answer = react_to_stream(event, CONTEXT, refuse_second, failure="mail not sent", **settings)
    return answer, [vars(one) for one in caplog.records if one.message == "mail not sent"]


def test_only_what_failed_comes_back_and_its_reason_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    answer, [line] = told(caplog)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "2"}]}
    assert (line["error"], line["keys"]) == ("ValueError", {"mail_id": "mail_2"})
    assert line["reason"] == "ann@example.org is not verified"


def test_a_reason_that_may_name_a_person_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    _, [line] = told(caplog, log_reason=False)
    assert line["error"] == "ValueError"
    assert "ann@example.org" not in str(line)
