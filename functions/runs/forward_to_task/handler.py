import json
import time
from datetime import UTC, datetime
from typing import Any

from functions.runs.forward_to_task.forward import forward
from shared.runtime.settings import settings


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Forward one call and write one log line, without Powertools: every call passes here, so the function loads
    little.
    """
    started = time.monotonic()
    answer = forward(event, settings().task_network)
    line = {
        "level": "INFO",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "message": "call forwarded",
        "correlation_id": str(event.get("correlation_id", ""))[:100],
        "status": answer["status"],
        "reason": answer.get("reason"),
        "milliseconds": round((time.monotonic() - started) * 1000, 1),
    }
    print(json.dumps(line))
    return answer
