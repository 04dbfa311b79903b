"""Lambda entry point: messages of the demo queue. A message whose demo is still held by another worker comes back
later.
"""

import json
import time
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType]
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.runs.run_demo.work import DemoWorker
from shared.runs.demo import Demo, LeaseLost
from shared.runs.performed_effects import PerformedEffects
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count, logger

load_adapters(
    "agent_model",
    "agent_tasks",
    "agent_tasks_table",
    "artifacts",
    "aws_clients",
    "demo_limits_table",
    "demos_table",
    "model_spend_table",
    "secrets",
    "web_pages",
)


processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return dict(process_partial_response(event, run_demo, processor, context))


def run_demo(record: SQSRecord) -> None:
    message = json.loads(record.body)
    logger.clear_state()
    logger.set_correlation_id(message["request_id"])
    worker = DemoWorker(
        demos=wiring.runs.demos(),
        limits=wiring.runs.demo_limits(),
        tasks=wiring.runs.agent_tasks(),
        effects=performer,
        clock=time.time,
        attempt=uuid4().hex,
    )
    try:
        demo = worker.work(message["token"])
    except LeaseLost:
        logger.warning("another worker took the demo over")
        return
    if demo is not None:
        tell_end(demo)


def performer(demo: Demo) -> PerformedEffects:
    return PerformedEffects(
        demo.capabilities,
        demo.input,
        model=wiring.runs.agent_model(),
        pages=wiring.runs.public_web(),
        recorded=demo.recorded,
    )


def tell_end(demo: Demo) -> None:
    ended = wiring.runs.demos().get(demo.token)
    if ended is not None:
        error = ended.error.code if ended.error else "none"
        logger.info("demo ended", extra={"agent": demo.slug, "state": ended.state, "error": error})
        count("DemosEnded", state=ended.state.value)
