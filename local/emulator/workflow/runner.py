"""Walks a state machine: MiniStack's states, in a loop of our own that keeps track for a redrive.

MiniStack's loop waits 150 ms before the first state, counts no redrives, passes any amount of data, and knows neither
where an execution failed nor a time limit.
"""

import contextvars
import copy
import json
import logging
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import stepfunctions

from local.emulator.workflow.limits import check_size
from local.emulator.workflow.progress import Progress

logger = logging.getLogger("mam.workflow")

_HANDLERS = {
    "Pass": "_execute_pass",
    "Task": "_execute_task",
    "Choice": "_execute_choice",
    "Wait": "_execute_wait",
    "Parallel": "_execute_parallel",
    "Map": "_execute_map",
}
_WITH_EXECUTION = ("Task", "Parallel", "Map")


class TimedOut(Exception):
    """The whole execution ran longer than the definition's TimeoutSeconds."""


class Aborted(Exception):
    """StopExecution was called; the record says so already."""


@dataclass
class Run:
    """One attempt at an execution: the first, or a redrive."""

    execution: dict[str, Any]
    progress: Progress
    give_up: float
    parent: "Run | None" = None

    def check_alive(self) -> None:
        if self.execution["status"] != "RUNNING" or (self.parent and self.parent.execution["status"] != "RUNNING"):
            raise Aborted
        if time.monotonic() > self.give_up:
            raise TimedOut


@dataclass(frozen=True)
class Inside:
    """The Map or Parallel state whose item or branch is about to be walked; `failures` are those of its others."""

    run: Run
    walk: str
    state: str
    kind: str
    failures: list[Exception] = field(default_factory=list[Exception])


_inside: contextvars.ContextVar[Inside | None] = contextvars.ContextVar("inside", default=None)


def start(execution_arn: str, *, resuming: bool = False) -> None:
    """In a thread of its own, under the caller's account and region."""
    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(run_execution, execution_arn, resuming), daemon=True).start()


def run_execution(execution_arn: str, resuming: bool = False) -> None:
    execution = stepfunctions._executions.get(execution_arn)
    if not execution:
        return
    machine = stepfunctions._state_machines.get(execution["stateMachineArn"])
    if not machine:
        stepfunctions._fail_execution(execution, "StateMachineDeleted", "State machine no longer exists")
        return
    # A redrive goes on with the definition the execution began with, whatever was deployed since.
    definition = json.loads(execution.setdefault("definition", machine["definition"]))
    limit = float(definition.get("TimeoutSeconds", 0)) or float("inf")
    run = Run(execution, Progress(execution, resuming=resuming), time.monotonic() + limit)
    try:
        output = walk(
            run,
            "",
            definition["States"],
            definition["StartAt"],
            json.loads(execution["input"]),
            _context(run, machine, definition),
        )
        _succeed(execution, output)
        run.progress.clear()
    except Aborted:
        return
    except TimedOut:
        _time_out(execution)
    except stepfunctions._ExecutionError as error:
        stepfunctions._fail_execution(execution, error.error, error.cause)
    except Exception as error:
        logger.exception("execution %s", execution_arn)
        stepfunctions._fail_execution(execution, "States.Runtime", str(error))


def run_sub_machine(
    states: dict[str, Any], start_at: str, data: Any, execution: dict[str, Any], context: dict[str, Any]
) -> Any:
    """An item of a Map or a branch of a Parallel state; stands in for `stepfunctions._run_sub_machine`.

    The first that fails is the end of the state: what has not begun by then never does. MiniStack walks them all.
    """
    inside = _inside.get()
    # Branches of a Parallel state share a context in MiniStack and overwrite each other's State.
    own = {**context, "State": dict(context.get("State", {}))}
    if inside is None:
        run = Run(execution, Progress({}, resuming=False), float("inf"))
        return walk(run, "", states, start_at, copy.deepcopy(data), own)
    if inside.failures:
        raise inside.failures[0]
    if execution is not inside.run.execution:
        return _run_child(inside, execution, states, start_at, data, own)
    part = f"#{own['Map']['Item']['Index']}" if inside.kind == "Map" else f":{start_at}"
    try:
        return walk(inside.run, f"{inside.walk}/{inside.state}{part}", states, start_at, copy.deepcopy(data), own)
    except Exception as error:
        inside.failures.append(error)
        raise


def _run_child(
    inside: Inside, execution: dict[str, Any], states: dict[str, Any], start_at: str, data: Any, context: dict[str, Any]
) -> Any:
    """An item of a Distributed Map: an execution of its own, with a history of its own."""
    child = Run(execution, Progress({}, resuming=False), inside.run.give_up, inside.run)
    context["Execution"] = {**context["Execution"], "Id": execution["executionArn"], "Name": execution["name"]}
    try:
        return walk(child, "", states, start_at, copy.deepcopy(data), {**context, "variables": {}})
    except Exception as error:
        inside.failures.append(error)
        raise


def walk(run: Run, key: str, states: dict[str, Any], start_at: str, data: Any, context: dict[str, Any]) -> Any:
    """From the first state, or from where this walk was when the execution failed, to the output of the last."""
    name: str | None = start_at
    left = run.progress.resume(key)
    if left is not None and "output" in left:
        return left["output"]
    if left is not None:
        name, data = left["state"], left["input"]
        context["variables"].update(left.get("variables", {}))
    while name:
        run.check_alive()
        run.progress.at(key, name, data, context["variables"])
        data, name = _step(run, key, states, name, data, context)
    run.progress.ended(key, data)
    return data


def _step(
    run: Run, key: str, states: dict[str, Any], name: str, data: Any, context: dict[str, Any]
) -> tuple[Any, str | None]:
    state = states.get(name)
    if state is None:
        raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' not found in definition")
    kind = state["Type"]
    context["State"] = {"Name": name, "EnteredTime": now_iso(), "RetryCount": 0}
    _event(run, f"{kind}StateEntered", "stateEnteredEventDetails", {"name": name, "input": json.dumps(data)})
    if kind == "Fail":
        raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, data, context))
    if kind == "Succeed":
        passed = stepfunctions._apply_input_path(state, data, context)
        output, following = stepfunctions._apply_output_path(state, passed, context), None
    else:
        output, following = _handled(run, key, kind, state, data, context, name)
    check_size(output, f"The output of the state {name}")
    _event(run, f"{kind}StateExited", "stateExitedEventDetails", {"name": name, "output": json.dumps(output)})
    return output, following


def _handled(
    run: Run, key: str, kind: str, state: dict[str, Any], data: Any, context: dict[str, Any], name: str
) -> tuple[Any, str | None]:
    if kind not in _HANDLERS:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type: {kind}")
    handler = getattr(stepfunctions, _HANDLERS[kind])
    if kind not in _WITH_EXECUTION:
        return handler(state, data, context)
    token = _inside.set(Inside(run, key, name, kind))
    try:
        result = handler(state, data, run.execution, context)
    finally:
        _inside.reset(token)
    run.progress.forget_below(key, name)
    return result


def _context(run: Run, machine: dict[str, Any], definition: dict[str, Any]) -> dict[str, Any]:
    execution = run.execution
    about: dict[str, Any] = {
        "Id": execution["executionArn"],
        "Input": json.loads(execution["input"]),
        "Name": execution["name"],
        "RoleArn": machine.get("roleArn", ""),
        "StartTime": execution["startDate"],
        "RedriveCount": execution.get("redriveCount", 0),
    }
    if "redriveDate" in execution:
        about["RedriveTime"] = execution["redriveDate"]
    return {
        "QueryLanguage": definition.get("QueryLanguage", "JSONPath"),
        "Execution": about,
        "StateMachine": {"Id": execution["stateMachineArn"], "Name": machine["name"]},
        "variables": {},
    }


def _event(run: Run, kind: str, field: str, details: dict[str, Any]) -> None:
    stepfunctions._add_event(run.execution, kind, {field: details})


def _succeed(execution: dict[str, Any], output: Any) -> None:
    text = json.dumps(output)
    execution.update(status="SUCCEEDED", output=text, stopDate=now_iso())
    stepfunctions._add_event(execution, "ExecutionSucceeded", {"executionSucceededEventDetails": {"output": text}})
    stepfunctions._emit_execution_status_event(execution)


def _time_out(execution: dict[str, Any]) -> None:
    execution.update(status="TIMED_OUT", stopDate=now_iso(), error="States.Timeout")
    stepfunctions._add_event(
        execution, "ExecutionTimedOut", {"executionTimedOutEventDetails": {"error": "States.Timeout"}}
    )
    stepfunctions._emit_execution_status_event(execution)
