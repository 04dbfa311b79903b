"""`python -m local executions`: what the two workflows did lately, and what started each."""

from typing import Any

from local.ports import Ports
from local.workflows import Started, Workflows

MACHINES = ("market-scan", "agent-factory")


def executions(ports: Ports, most: int) -> list[dict[str, Any]]:
    """The newest of both workflows, the oldest of them first."""
    workflows = Workflows(ports)
    found = [(each, machine) for machine in MACHINES for each in workflows.executions(machine, most)]
    newest = sorted(found, key=lambda one: one[0].started)[-most:]
    return [told(each, machine) for each, machine in newest]


def told(each: Started, machine: str) -> dict[str, Any]:
    """`request` is what it was started with: `scan_id` in it names the scan whose success started a build."""
    return {
        "workflow": machine,
        "name": each.name,
        "status": each.status,
        "started": each.started.isoformat(timespec="seconds"),
        "request": each.request,
    }
