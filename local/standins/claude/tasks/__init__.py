"""One module per prompt: `answer(data, schema) -> dict`, pure, the same answer for the same question."""

import importlib
from pathlib import Path
from typing import Any

from local.standins.claude.errors import invalid_request

TASKS = frozenset(path.stem for path in Path(__file__).parent.glob("*.py") if not path.stem.startswith("_"))


def answer_task(task: str, data: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    if task not in TASKS:
        raise invalid_request(
            f"system: the offline model has no rules for '# {task}'; it knows {', '.join(sorted(TASKS))}"
        )
    return importlib.import_module(f"{__name__}.{task}").answer(data, schema)
