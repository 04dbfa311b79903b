"""What AWS allows an execution, the emulator allows, and no more."""

from typing import Any

import pytest
from ministack.services import stepfunctions

from local.emulator.workflow import limits


def an_execution(events: int) -> dict[str, Any]:
    return {"events": [{}] * events}


def test_an_execution_may_have_so_many_events_and_no_more() -> None:
    limits.check_history(an_execution(limits.MOST_EVENTS - 2), "TaskStateEntered")
    with pytest.raises(stepfunctions._ExecutionError) as full:
        limits.check_history(an_execution(limits.MOST_EVENTS - 1), "TaskStateEntered")
    assert full.value.error == "States.Runtime"
    assert not limits.error_matches(["States.ALL"], full.value.error), "no state can catch it"


def test_there_is_always_room_for_the_end() -> None:
    limits.check_history(an_execution(limits.MOST_EVENTS - 1), "ExecutionFailed")
