"""Step Functions' limit on what travels between states: 256 KB of JSON. MiniStack has none."""

import json
from typing import Any

from ministack.services import stepfunctions

MAX_BYTES = 262_144
DATA_LIMIT = "States.DataLimitExceeded"
# States.ALL catches everything but these.
TERMINAL = frozenset({DATA_LIMIT, "States.Runtime"})


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
