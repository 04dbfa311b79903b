"""What a person can do about a failed execution."""

from local.workflows import Execution


def way_on(execution: Execution) -> str:
    """The command that lets it go on; empty if it succeeded, or if that could never help."""
    if not execution.can_go_on:
        return ""
    return f"When the cause is mended, let it go on: .venv/bin/python -m local redrive {execution.name}"
