"""`python -m local executions`: what the two workflows did lately, and what started each."""

import json
from datetime import UTC, datetime
from typing import Any

from local.cli.rows import laid_out
from local.ports import Ports
from local.workflows import Started, Workflows

MACHINES = ("market-scan", "agent-factory")


def executions(ports: Ports, most: int) -> list[dict[str, Any]]:
    """The newest of both workflows, the oldest of them first."""
    workflows = Workflows(ports)
    found = [(each, machine) for machine in MACHINES for each in workflows.executions(machine, most)]
    newest = sorted(found, key=lambda one: one[0].started)[-most:]
    return [document_of(each, machine, _stage(each, workflows)) for each, machine in newest]


def document_of(each: Started, machine: str, stage: str | None) -> dict[str, Any]:
    """`request` is what it was started with: `scan_id` in it names the scan whose success started a build.

    `stage` is the one that failed, or the one at work; `outcome` and `reason` are a build's; `seconds` count until now
    while it runs.
    """
    output = each.output if isinstance(each.output, dict) else {}
    return {
        "workflow": machine,
        "name": each.name,
        "status": each.status,
        "started": each.started.astimezone(UTC).isoformat(timespec="seconds"),
        "seconds": round(((each.stopped or datetime.now(UTC)) - each.started).total_seconds(), 1),
        "stage": stage,
        "outcome": output.get("outcome") or output.get("next"),
        "reason": output.get("reason"),
        "request": each.request,
    }


def rows_of_executions(told: list[dict[str, Any]]) -> list[str]:
    """What each is and how it went; below, its name and what it was started with."""
    if not told:
        return ["Nothing has run yet. `.venv/bin/python -m local scan` starts a market scan."]
    notes = [f"{each['name']}  {_input(each['request'])}" for each in told]
    return list(laid_out(("workflow", "started (UTC)", "took", "state"), [_row(each) for each in told], notes=notes))


def _row(each: dict[str, Any]) -> tuple[str, str, str, str]:
    started = each["started"][5:19].replace("T", " ")
    return each["workflow"], started, f"{each['seconds']:.0f} s", _state(each)


def _state(each: dict[str, Any]) -> str:
    match each["status"]:
        case "SUCCEEDED":
            return str(each["outcome"] or "succeeded").replace("_", " ")
        case "RUNNING":
            return f"running: {each['stage'] or 'starting'}"
        case other:
            return f"{other.lower().replace('_', ' ')} in {each['stage'] or 'no stage'}"


def _input(request: Any) -> str:
    return json.dumps(request, ensure_ascii=False) if request else "no input"


def _stage(each: Started, workflows: Workflows) -> str | None:
    return None if each.status == "SUCCEEDED" else workflows.stage_of(each.arn)
