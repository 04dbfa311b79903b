"""What a failed execution says to a person."""

import json

from local.workflows import _readable


def test_a_function_s_error_is_told_without_its_stack_trace() -> None:
    cause = json.dumps({"errorMessage": "no key", "errorType": "StageFailed", "stackTrace": ["File …"]})
    assert _readable(cause) == "no key"


def test_other_causes_stay_as_they_are() -> None:
    assert _readable("States.Timeout") == "States.Timeout"
    assert _readable('["a list"]') == '["a list"]'
