"""What a failed execution says to a person."""

import json
from typing import Any

from local.ports import Ports
from local.workflows import Workflows, _readable


def test_a_function_s_error_is_told_without_its_stack_trace() -> None:
    cause = json.dumps({"errorMessage": "no key", "errorType": "StageFailed", "stackTrace": ["File …"]})
    assert _readable(cause) == "no key"


def test_other_causes_stay_as_they_are() -> None:
    assert _readable("States.Timeout") == "States.Timeout"
    assert _readable('["a list"]') == '["a list"]'


class History:
    """Step Functions with one failed execution, whose history comes in pages."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self._pages = pages

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        return {"executionArn": executionArn, "name": "b1", "status": "FAILED", "error": "StageFailed", "cause": "no"}

    def get_paginator(self, _operation: str) -> "History":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"events": page} for page in self._pages]


def ended(*pages: list[dict[str, Any]], told: list[str] | None = None) -> Any:
    workflows = Workflows(Ports(1))
    workflows._client = History(*pages)
    hears = None if told is None else told.append
    return workflows.follow("arn:aws:states:us-east-1:0:execution:agent-factory:b1", tell=hears)


def left(state: str, output: Any) -> dict[str, Any]:
    return {"type": "TaskStateExited", "stateExitedEventDetails": {"name": state, "output": json.dumps(output)}}


def entered(state: str) -> dict[str, Any]:
    return {"type": "TaskStateEntered", "stateEnteredEventDetails": {"name": state}}


def test_a_failed_execution_tells_how_far_it_got() -> None:
    first = left("pick_opportunity", {"opportunity_id": "opp_1", "slug": None})
    last = left("generate_spec", {"opportunity_id": "opp_1", "slug": "a-slug"})
    execution = ended([first, entered("generate_spec")], [last, entered("generate_code")])
    assert (execution.output, execution.reached) == (None, {"opportunity_id": "opp_1", "slug": "a-slug"})


def test_an_execution_that_failed_at_once_got_nowhere() -> None:
    assert ended([entered("pick_opportunity")]).reached is None


def test_of_a_redriven_execution_only_what_it_does_now_is_told() -> None:
    told: list[str] = []
    redriven = {"type": "ExecutionRedriven"}
    ended([entered("pick_opportunity"), entered("record_failure")], [redriven, entered("record_failure")], told=told)
    assert told == ["record_failure"]


def test_an_error_that_a_state_met_is_told_while_it_is_tried_again() -> None:
    cause = json.dumps({"errorMessage": "nothing answers", "errorType": "Lambda.ServiceException"})
    met = {"type": "TaskFailed", "taskFailedEventDetails": {"error": "Lambda.ServiceException", "cause": cause}}
    recorded = {"type": "TaskFailed", "taskFailedEventDetails": {"error": "StageFailed", "cause": "told at the end"}}
    told: list[str] = []
    ended([entered("cluster_problems"), met, recorded], told=told)
    assert told == [
        "cluster_problems",
        "cluster_problems met Lambda.ServiceException: nothing answers; what may pass is tried again",
    ]
