"""Starts a state machine of the embedded cloud and follows it to its end."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from local import aws
from local.ports import Ports
from shared.workflows.failures import StageFailed, redrive_may_help

# Every name of the deployment begins with it; a workflow is spoken of without.
PREFIX = "mam-"
_POLL_SECONDS = 0.1
_LONGEST_CAUSE_TOLD = 300
RULE_SECONDS = 3.0
"""The rule that starts a build when a scan has succeeded has fired by then."""


@dataclass(frozen=True)
class Execution:
    """How it ended. `output` is None unless it succeeded, `reached` what the last state left behind unless it did.

    `seconds` is what it took, `request` what it was started with.
    """

    arn: str
    name: str
    status: str
    output: Any
    error: str
    cause: str
    seconds: float
    redrives: int = 0
    reached: Any = None
    request: Any = None

    @property
    def succeeded(self) -> bool:
        return self.status == "SUCCEEDED"

    @property
    def machine(self) -> str:
        """ "market-scan" or "agent-factory"."""
        return self.arn.split(":")[-2].removeprefix(PREFIX)

    @property
    def can_go_on(self) -> bool:
        """Whether a redrive may help, going by the error that its last stage was caught with."""
        failure = self.reached.get("failure") if isinstance(self.reached, dict) else None
        error = str(failure.get("Error", "")) if isinstance(failure, dict) else ""
        return not self.succeeded and redrive_may_help(error)


@dataclass(frozen=True)
class Started:
    """An execution as the list of them tells it. `request` is what it was started with, `stopped` None while it runs,
    `output` None unless it succeeded.
    """

    arn: str
    name: str
    status: str
    started: datetime
    request: Any
    stopped: datetime | None = None
    output: Any = None


class NotDeployed(Exception):
    """There is no such workflow: nothing was deployed."""


class CannotRedrive(Exception):
    """There is no such execution, or it did not fail."""


class Workflows:
    def __init__(self, ports: Ports) -> None:
        self._client = aws.client("stepfunctions", ports)

    def start(self, machine: str, request: Any, name: str | None = None) -> str:
        named = {"name": name} if name else {}
        started = self._client.start_execution(stateMachineArn=self._arn(machine), input=json.dumps(request), **named)
        return str(started["executionArn"])

    def redrive(self, execution: str) -> str:
        """By the execution's ARN or its bare name; returns the ARN."""
        for arn in [execution] if execution.startswith("arn:") else self._possible_arns(execution):
            try:
                self._client.redrive_execution(executionArn=arn)
            except self._client.exceptions.ExecutionNotRedrivable as error:
                raise CannotRedrive(f"{execution} cannot be redriven: only what failed can go on") from error
            except (self._client.exceptions.ExecutionDoesNotExist, self._client.exceptions.InvalidArn):
                continue
            return arn
        raise CannotRedrive(f"there is no execution {execution}; a failed `scan` or `build` prints its name")

    def _possible_arns(self, name: str) -> list[str]:
        machines = (self._arn(machine) for machine in ("market-scan", "agent-factory"))
        return [f"{machine.replace(':stateMachine:', ':execution:')}:{name}" for machine in machines]

    def run(
        self, machine: str, request: Any, *, tell: Callable[[str], None] | None = None, timeout: float = 900.0
    ) -> Execution:
        return self.follow(self.start(machine, request), tell=tell, timeout=timeout)

    def follow(self, execution: str, *, tell: Callable[[str], None] | None = None, timeout: float = 900.0) -> Execution:
        """Waits for the end; `tell` hears each state when it is entered, and each error, since the last redrive."""
        started = time.monotonic()
        told, last_state = self._before_last_redrive(execution), ""
        while True:
            described = self._client.describe_execution(executionArn=execution)
            if tell is not None:
                news = self._history(execution, data=False)[told:]
                told += len(news)
                last_state = _tell(news, last_state, tell)
            if described["status"] not in ("RUNNING", "PENDING_REDRIVE"):
                ended = _ended(described, time.monotonic() - started)
                return ended if ended.succeeded else replace(ended, reached=self._reached(execution))
            if time.monotonic() - started > timeout:
                raise TimeoutError(f"{execution} still runs after {timeout:.0f} s; `make logs` shows what it does")
            time.sleep(_POLL_SECONDS)

    def executions(self, machine: str, most: int = 20) -> list[Started]:
        """The newest first."""
        listed = self._client.list_executions(stateMachineArn=self._arn(machine), maxResults=1000)["executions"]
        newest = sorted(listed, key=lambda each: each["startDate"], reverse=True)[:most]
        return [self._started(each["executionArn"]) for each in newest]

    def started_by(self, scan: str, patience: float = RULE_SECONDS) -> list[Started]:
        """The builds that the scan of this name started by its success; none if the rule is off."""
        give_up = time.monotonic() + patience
        while True:
            found = [each for each in self.executions("agent-factory") if _scan_of(each) == scan]
            if found or time.monotonic() > give_up:
                return found
            time.sleep(_POLL_SECONDS)

    def _started(self, arn: str) -> Started:
        described = self._client.describe_execution(executionArn=arn)
        request = json.loads(described.get("input", "null"))
        return Started(
            arn,
            described["name"],
            described["status"],
            described["startDate"],
            request,
            described.get("stopDate"),
            json.loads(described.get("output") or "null"),
        )

    def stage_of(self, execution: str) -> str | None:
        """Where an execution is that has not succeeded: the stage that failed, or else the state entered last."""
        reached = self._reached(execution)
        failed = reached.get("failed") if isinstance(reached, dict) else None
        if isinstance(failed, dict) and failed.get("stage"):
            return str(failed["stage"])
        return next(reversed(self.state_names(execution)), None)

    def state_names(self, execution: str) -> list[str]:
        """Every state the execution entered, in order."""
        entered = [each.get("stateEnteredEventDetails") for each in self._history(execution, data=False)]
        return [str(details["name"]) for details in entered if details]

    def _before_last_redrive(self, execution: str) -> int:
        """How many events are history from before the execution was taken up again."""
        kinds = [event["type"] for event in self._history(execution, data=False)]
        return max((number for number, kind in enumerate(kinds) if kind == "ExecutionRedriven"), default=0)

    def _reached(self, execution: str) -> Any:
        left = [
            event["stateExitedEventDetails"] for event in self._history(execution) if "stateExitedEventDetails" in event
        ]
        return json.loads(left[-1].get("output", "null")) if left else None

    def _history(self, execution: str, *, data: bool = True) -> list[Any]:
        pages = self._client.get_paginator("get_execution_history").paginate(
            executionArn=execution, includeExecutionData=data, PaginationConfig={"PageSize": 1000}
        )
        return [event for page in pages for event in page["events"]]

    def _arn(self, machine: str) -> str:
        for page in self._client.get_paginator("list_state_machines").paginate():
            for each in page["stateMachines"]:
                if each["name"] == PREFIX + machine:
                    return str(each["stateMachineArn"])
        raise NotDeployed(f"the workflow {machine} is not deployed; `make up` deploys it")


def _scan_of(started: Started) -> Any:
    return started.request.get("scan_id") if isinstance(started.request, dict) else None


def _tell(events: list[Any], state: str, tell: Callable[[str], None]) -> str:
    """Returns the state entered last, which is where the next errors come from."""
    for event in events:
        if "stateEnteredEventDetails" in event:
            state = str(event["stateEnteredEventDetails"]["name"])
            tell(state)
        elif "taskFailedEventDetails" in event:
            failed = event["taskFailedEventDetails"]
            if failed.get("error") == StageFailed.__name__:  # the end: whoever waits tells it
                continue
            cause = _readable(str(failed.get("cause", "")))[:_LONGEST_CAUSE_TOLD]
            tell(f"{state} met {failed.get('error')}: {cause}; what may pass is tried again")
    return state


def _ended(described: dict[str, Any], seconds: float) -> Execution:
    succeeded = described["status"] == "SUCCEEDED"
    return Execution(
        arn=described["executionArn"],
        name=described["name"],
        status=described["status"],
        output=json.loads(described["output"]) if succeeded else None,
        error=described.get("error", ""),
        cause=_readable(described.get("cause", "")),
        seconds=seconds,
        redrives=int(described.get("redriveCount", 0)),
        request=json.loads(described.get("input", "null")),
    )


def _readable(cause: str) -> str:
    """A Lambda's cause is its error as JSON, with a stack trace: the message is what a person needs."""
    try:
        error = json.loads(cause)
    except ValueError:
        return cause
    return str(error["errorMessage"]) if isinstance(error, dict) and "errorMessage" in error else cause
