"""A stack that was being deployed when the emulator stopped has failed. MiniStack leaves it in progress for ever."""

from typing import Any

from ministack.services import cloudformation

_INSTEAD = {"CREATE": "CREATE_FAILED", "UPDATE": "UPDATE_ROLLBACK_COMPLETE", "DELETE": "DELETE_FAILED"}


def apply() -> None:
    restore = cloudformation._restore_state

    def restore_failed(data: Any) -> None:
        restore(data)
        for stack in cloudformation._stacks._data.values():
            status = str(stack.get("StackStatus", ""))
            if status.endswith("_IN_PROGRESS"):
                stack["StackStatus"] = _INSTEAD.get(status.split("_")[0], "UPDATE_ROLLBACK_COMPLETE")

    cloudformation._restore_state = restore_failed
