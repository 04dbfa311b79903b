"""Lambda entry point for messages of the run queue. If another worker still holds the run, its message returns
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

from functions.runs.perform_run.worker import RunWorker
from shared.runs.performed_effects import PerformedEffects
from shared.runs.run import Origin, RunLeaseLost, StoredRun
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
    "model_spend_table",
    "runs_table",
    "secrets",
    "task_refusals_table",
    "web_pages",
)

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return dict(process_partial_response(event, perform_run, processor, context))


def perform_run(record: SQSRecord) -> None:
    message = json.loads(record.body)
    logger.clear_state()
    logger.set_correlation_id(message["request_id"])
    worker = RunWorker(
        runs=wiring.runs.stored_runs(),
        give_back=give_back,
        tasks=wiring.runs.agent_tasks(),
        effects=make_effects,
        clock=time.time,
        attempt=uuid4().hex,
        sleep=time.sleep,
        tell=tell_refusal,
    )
    try:
        run = worker.work(message["run_id"])
    except RunLeaseLost:
        logger.warning("another worker took the run over")
        return
    if run is not None:
        tell_end(run)


def make_effects(run: StoredRun) -> PerformedEffects:
    return PerformedEffects(
        run.capabilities,
        run.input,
        model=wiring.runs.agent_model(),
        pages=wiring.runs.public_web(),
        recorded=run.recorded,
        models=run.models,
    )


def tell_refusal(reason: str) -> None:
    """Report the refusal to the operator and to `/health`. A failure to report it does not fail the run."""
    logger.warning("no task for the run", extra={"reason": reason[:500]})
    try:
        wiring.runs.task_refusals().note()
    except Exception:
        logger.exception("the refusal could not be noted")


def give_back(run: StoredRun) -> None:
    """Remove the run from the count of runs of its origin."""
    if run.origin is Origin.DEMO and run.address is not None:
        wiring.runs.demo_limits().give_back(run.address, run.run_id)


def tell_end(run: StoredRun) -> None:
    ended = wiring.runs.stored_runs().get(run.run_id)
    if ended is not None:
        error = ended.error.code if ended.error else "none"
        told = {"agent": run.slug, "origin": run.origin, "state": ended.state, "error": error}
        logger.info("run ended", extra=told)
        count("RunsEnded", state=ended.state.value, origin=run.origin.value)
