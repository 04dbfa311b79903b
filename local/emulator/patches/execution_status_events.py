"""Events about executions tell their redrives, as on AWS. MiniStack knows none, so it says of each that it had none.

It tells EventBridge of every change of status itself; what it says of redrives is replaced on the way.
"""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge, stepfunctions

from local.emulator.workflow import redrive

SOURCE = "aws.states"


def apply() -> None:
    put = eventbridge._put_events

    def put_events(data: dict[str, Any], allow_aws_source: bool = False) -> Any:
        entries = [_corrected(entry, _execution) for entry in data.get("Entries", [])]
        return put({**data, "Entries": entries}, allow_aws_source=allow_aws_source)

    eventbridge._put_events = put_events


def _execution(arn: str) -> dict[str, Any]:
    return stepfunctions._executions.get(arn) or {}


def _corrected(entry: dict[str, Any], find: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    if entry.get("Source") != SOURCE:
        return entry
    detail = json.loads(entry["Detail"])
    execution = find(detail["executionArn"])
    if execution.get("status") != detail["status"]:
        return entry
    detail.update(redrive.told_in_events(execution))
    return {**entry, "Detail": json.dumps(detail)}
