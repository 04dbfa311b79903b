"""A kept state's queues are found under another port."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.core import persistence
from ministack.services import sqs

from local.emulator.patches import queue_addresses

ARN = "arn:aws:sqs:us-east-1:000000000000:runs"


@pytest.fixture
def restore(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sqs, "_restore_state", sqs._restore_state)
    queue_addresses.apply()
    sqs.reset()
    yield
    sqs.reset()


def kept_state(monkeypatch: pytest.MonkeyPatch, port: str) -> dict[str, Any]:
    """As a checkpoint has it of a queue that holds a message, made by a system at that port."""
    with monkeypatch.context() as there:
        there.setattr(sqs, "DEFAULT_PORT", port)
        address = sqs._act_create_queue({"QueueName": "runs"}, "")["QueueUrl"]
        sqs._queues[address]["messages"].append({"id": "m1"})
        state = json.dumps(sqs.get_state(), default=persistence._json_default)
    sqs.reset()
    return json.loads(state, object_hook=persistence._json_object_hook)


@pytest.mark.usefixtures("restore")
def test_a_queue_is_where_functions_are_fed_from_with_its_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    state = kept_state(monkeypatch, "9999")
    sqs.load_persisted_state(state)
    address = sqs._queue_url("runs")
    assert ":9999/" not in address
    assert sqs._queues[address]["messages"] == [{"id": "m1"}]
    assert sqs._queues[address]["url"] == address
    assert sqs._queue_by_arn(ARN) is sqs._queues[address]
    assert len(sqs._queues) == 1


@pytest.mark.usefixtures("restore")
def test_who_remembers_the_old_address_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sqs.load_persisted_state(kept_state(monkeypatch, "9999"))
    old = sqs._queue_url("runs").replace(f":{sqs.DEFAULT_PORT}/", ":9999/")
    assert sqs._get_q(old)["name"] == "runs"


@pytest.mark.usefixtures("restore")
def test_at_the_same_port_nothing_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    sqs.load_persisted_state(kept_state(monkeypatch, sqs.DEFAULT_PORT))
    assert list(sqs._queues) == [sqs._queue_url("runs")]
