"""What EventBridge hears of executions, in the shape that AWS documents, and what a rule makes of it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.embedded_cloud import EmbeddedCloud

ENVELOPE = {"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"}
DETAIL = {
    *("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate", "input", "inputDetails"),
    *("output", "outputDetails", "stateMachineVersionArn", "stateMachineAliasArn", "error", "cause"),
    *("redriveCount", "redriveDate", "redriveStatus", "redriveStatusReason"),
}


class Listener:
    """A queue that a rule leads to."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self._sqs, self._events = cloud.aws("sqs"), cloud.aws("events")
        self._queue = self._sqs.create_queue(QueueName="heard")["QueueUrl"]
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        pattern = {"source": ["aws.states"], "detail-type": ["Step Functions Execution Status Change"]}
        self._events.put_rule(Name="heard", EventPattern=json.dumps(pattern))
        self._events.put_targets(Rule="heard", Targets=[{"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}])

    def heard(self) -> list[dict[str, Any]]:
        """In the order of their happening: the emulator delivers at once."""
        found: list[dict[str, Any]] = []
        while messages := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def close(self) -> None:
        self._events.remove_targets(Rule="heard", Ids=["queue"])
        self._events.delete_rule(Name="heard")
        self._sqs.delete_queue(QueueUrl=self._queue)


@pytest.fixture
def listener(small_cloud: EmbeddedCloud) -> Iterator[Listener]:
    made = Listener(small_cloud)
    yield made
    made.close()


def test_every_change_of_status_is_told_and_redrives_are_counted(
    small_cloud: EmbeddedCloud, listener: Listener
) -> None:
    request = {"second_unless": "told-note", "count": "told"}
    failed = small_cloud.run_workflow("hello", request, timeout=30)
    small_cloud.aws("dynamodb").put_item(TableName="hello-notes", Item={"id": {"S": "told-note"}})
    assert small_cloud.redrive(failed, timeout=30).succeeded
    events = listener.heard()
    details = [event["detail"] for event in events]
    assert [(one["status"], one["redriveCount"]) for one in details] == [
        ("RUNNING", 0),
        ("FAILED", 0),
        ("RUNNING", 1),
        ("SUCCEEDED", 1),
    ]
    assert {one["redriveStatus"] for one in details if one["status"] == "FAILED"} == {"REDRIVABLE"}
    assert [bool(one["redriveDate"]) for one in details] == [False, False, True, True]
    assert {one["name"] for one in details} == {failed.name}
    assert all(json.loads(one["input"]) == request for one in details)
    assert all(set(event) == ENVELOPE and event["resources"] == [failed.arn] for event in events)
    assert all(set(one) == DETAIL for one in details)
    assert (details[1]["error"], details[1]["output"]) == (failed.error, None)
    assert json.loads(details[3]["output"])


def test_on_request_a_rule_tells_everything_twice(small_cloud: EmbeddedCloud, listener: Listener) -> None:
    small_cloud.strictness(duplicate_every=1)
    small_cloud.run_workflow("hello", {}, timeout=30)
    small_cloud.strictness(duplicate_every=0)
    heard = [(event["id"], event["detail"]["status"]) for event in listener.heard()]
    assert len(heard) == 4
    assert len(set(heard)) == 2
