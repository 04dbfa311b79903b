"""RedriveExecution, and what DescribeExecution says about redrives. MiniStack knows neither."""

import json
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response, now_iso
from ministack.services import stepfunctions

from local.emulator.workflow import runner

Response = tuple[int, dict[str, str], bytes]

REDRIVABLE = ("FAILED", "TIMED_OUT", "ABORTED")
MAX_REDRIVES = 1000


def redrive_execution(data: dict[str, Any]) -> Response:
    """Goes on from the state that failed, with the input it had, under the same ARN."""
    arn = str(data.get("executionArn", ""))
    execution = stepfunctions._executions.get(arn)
    if not execution:
        return error_response_json("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'", 400)
    if data.get("clientToken") and execution.get("redriveToken") == data["clientToken"]:
        return json_response({"redriveDate": execution["redriveDate"]})
    reason = _why_not(execution)
    if reason:
        return error_response_json("ExecutionNotRedrivable", reason, 400)
    redriven = now_iso()
    for field in ("error", "cause"):
        execution.pop(field, None)
    execution.update(
        status="RUNNING",
        stopDate=None,
        output=None,
        redriveCount=execution.get("redriveCount", 0) + 1,
        redriveDate=redriven,
        redriveToken=data.get("clientToken"),
    )
    details = {"executionRedrivenEventDetails": {"redriveCount": execution["redriveCount"]}}
    stepfunctions._add_event(execution, "ExecutionRedriven", details)
    stepfunctions._emit_execution_status_event(execution)
    runner.start(arn, resuming=True)
    return json_response({"redriveDate": redriven})


def described(describe: Callable[[dict[str, Any]], Response], data: dict[str, Any]) -> Response:
    status, headers, body = describe(data)
    execution = stepfunctions._executions.get(data.get("executionArn"))
    if status != 200 or not execution:
        return status, headers, body
    reason = _why_not(execution)
    about: dict[str, Any] = {
        "redriveCount": execution.get("redriveCount", 0),
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
    }
    if reason:
        about["redriveStatusReason"] = reason
    if "redriveDate" in execution:
        about["redriveDate"] = execution["redriveDate"]
    return json_response({**json.loads(body), **about})


def told_in_events(execution: dict[str, Any]) -> dict[str, Any]:
    """What the event of a change of status says of redrives; the date is in milliseconds."""
    reason = _why_not(execution)
    redriven = execution.get("redriveDate")
    failed = execution["status"] in REDRIVABLE
    return {
        "redriveCount": execution.get("redriveCount", 0),
        "redriveDate": stepfunctions._iso_to_epoch_ms(redriven) if redriven else None,
        "redriveStatus": "NOT_REDRIVABLE" if reason else "REDRIVABLE",
        "redriveStatusReason": reason or None,
        "error": execution.get("error") if failed else None,
        "cause": execution.get("cause") if failed else None,
    }


def _why_not(execution: dict[str, Any]) -> str:
    if execution["status"] not in REDRIVABLE:
        return f"Execution is {execution['status']} and cannot be redriven"
    if execution.get("redriveCount", 0) >= MAX_REDRIVES:
        return "Execution reached the maximum number of redrives"
    return ""
