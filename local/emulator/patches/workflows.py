"""State machines run in our own loop: no 150 ms wait, redrives, the limits of data and events, complete Retry."""

import json
import threading
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import stepfunctions

from local.emulator.workflow import lambda_task, limits, redrive, retries, runner

_START_INPUT_TOO_LONG = (
    "1 validation error detected: Value at 'input' failed to satisfy constraint: "
    f"Member must have length less than or equal to {limits.MAX_BYTES}"
)


def apply(touched: Callable[[], None]) -> None:
    stepfunctions._run_execution = runner.run_execution
    stepfunctions._run_sub_machine = runner.run_sub_machine
    stepfunctions._error_matches = limits.error_matches
    stepfunctions._find_matching_retrier = retries.find_retrier
    stepfunctions._call_lambda = lambda_task.call_lambda
    _number_events_one_by_one(touched)
    _answer_redrives()
    _refuse_long_inputs()


def _number_events_one_by_one(touched: Callable[[], None]) -> None:
    add, lock = stepfunctions._add_event, threading.Lock()

    def add_event(*arguments: Any) -> Any:
        """Items of a Map add events at once; two with one id would break the paging of the history."""
        touched()
        with lock:
            limits.check_history(*arguments[:2])
            return add(*arguments)

    stepfunctions._add_event = add_event


def _answer_redrives() -> None:
    describe, handle = stepfunctions._describe_execution, stepfunctions.handle_request
    stepfunctions._describe_execution = lambda data: redrive.described(describe, data)

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Any:
        if headers.get("x-amz-target", "").endswith(".RedriveExecution"):
            return stepfunctions._finalize_response(redrive.redrive_execution(json.loads(body)))
        return await handle(method, path, headers, body, query)

    stepfunctions.handle_request = handle_request


def _refuse_long_inputs() -> None:
    start = stepfunctions._start_execution

    def start_execution(data: dict[str, Any]) -> Any:
        if len(str(data.get("input", "")).encode()) > limits.MAX_BYTES:
            return error_response_json("ValidationException", _START_INPUT_TOO_LONG, 400)
        return start(data)

    stepfunctions._start_execution = start_execution
