"""What a stage's log lines are found by."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage


class State(BaseModel):
    model_config = {"extra": "allow"}


class Context:
    function_name = "mam-stage"
    aws_request_id = "lambda-1"


@pytest.mark.parametrize(
    "event",
    [
        {"scan_id": "run-1"},
        {"build_id": "run-1"},
        {"execution": "arn:aws:states:us-east-1:000000000000:execution:agent-factory:run-1"},
    ],
)
def test_every_line_of_a_stage_carries_the_executions_name(
    event: dict[str, Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    from shared.runtime.observability import logger

    @run_as_stage(State)
    def handler(state: State) -> State:
        count("Counted", what="it")
        return state

    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    handler(event, Context())  # pyright: ignore
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(lines) == 2
    assert {line["correlation_id"] for line in lines} == {"run-1"}
