"""Step Functions' limits: 256 KB of JSON between states, 25,000 events an execution. MiniStack has none."""

import json
from typing import Any

from ministack.services import stepfunctions

MAX_BYTES = 262_144
DATA_LIMIT = "States.DataLimitExceeded"
# States.ALL catches everything but these.
TERMINAL = frozenset({DATA_LIMIT, "States.Runtime"})


MOST_EVENTS = 25_000
ENDINGS = frozenset({"ExecutionSucceeded", "ExecutionFailed", "ExecutionTimedOut", "ExecutionAborted"})


def check_history(execution: dict[str, Any], kind: str) -> None:
    """AWS ends an execution whose history is full; nothing can catch that."""
    if kind not in ENDINGS and len(execution["events"]) >= MOST_EVENTS - 1:
        cause = f"The execution reached the maximum number of history events ({MOST_EVENTS})."
        raise stepfunctions._ExecutionError("States.Runtime", cause)


def check_size(data: Any, what: str) -> None:
    size = len(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        cause = f"{what} is {size} bytes, more than the maximum of {MAX_BYTES} bytes that a state may pass on."
        raise stepfunctions._ExecutionError(DATA_LIMIT, cause)


def error_matches(error_equals: list[str], error: str) -> bool:
    if error in error_equals:
        return True
    if error in TERMINAL:
        return False
    return "States.ALL" in error_equals or ("States.TaskFailed" in error_equals and error != "States.Timeout")
