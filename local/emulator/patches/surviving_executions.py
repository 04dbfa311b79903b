"""Executions outlive the emulator, as they outlive everything on AWS. MiniStack fails whatever ran when it stopped.

A state whose answer was lost is entered again: stages expect that, a Lambda that vanished looks the same.
"""

from typing import Any

from ministack.core.responses import set_request_account_id, set_request_region
from ministack.services import stepfunctions

from local.emulator.workflow import runner


def apply() -> None:
    restore = stepfunctions._restore_state

    def restore_running(data: dict[str, Any] | None) -> None:
        running = [each for each in _executions(data) if each.get("status") == "RUNNING"]
        restore(data)
        for execution in running:
            for field in ("error", "cause"):
                execution.pop(field, None)
            execution.update(status="RUNNING", stopDate=None)

    stepfunctions._restore_state = restore_running


def resume() -> int:
    """Goes on with all of them, once the emulator serves; how many there were."""
    running = [key for key, each in stepfunctions._executions._data.items() if each.get("status") == "RUNNING"]
    for account, region, arn in running:
        set_request_account_id(account)
        set_request_region(region)
        runner.start(arn, resuming=True)
    return len(running)


def _executions(data: dict[str, Any] | None) -> list[dict[str, Any]]:
    executions = (data or {}).get("executions", {})
    return executions.all_values() if hasattr(executions, "all_values") else list(executions.values())
