from dataclasses import asdict
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.runtime import wiring
from shared.runtime.observability import count, logger


@logger.inject_lambda_context(clear_state=True)
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, int]:
    reaped = asdict(wiring.runs.agent_task_reaper().reap())
    logger.info("tasks reaped", extra=reaped)
    for outcome, number in reaped.items():
        if number:
            count("AgentTasksReaped", number, outcome=outcome)
    return reaped
