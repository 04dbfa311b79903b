from typing import Any

from functions.reactions.forward_to_task.forward import forward
from shared.runtime.settings import settings


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return forward(event, settings().task_network)
