"""The last state of both workflows after a stage failed, and the first state when such an execution is redriven."""

from datetime import UTC, datetime

from functions.platform.record_failure.record import FailedStage, Resumed, record
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage
from shared.workflows.failures import StageFailed


@run_as_stage(FailedStage)
def handler(request: FailedStage) -> Resumed:
    try:
        resumed = record(
            request,
            failures=wiring.platform.workflow_failures(),
            leases=wiring.market.opportunities(),
            items=wiring.platform.item_failures(),
            clock=lambda: datetime.now(UTC),
        )
    except StageFailed:
        count("StagesFailed", workflow=request.workflow, stage=request.failed_stage)
        raise
    count("StagesResumed", workflow=request.workflow, stage=request.failed_stage)
    return resumed
