"""After a stage failed for good: record the reason and release the execution's lease. After a redrive: continue.

Step Functions re-enters this state with the same input when an execution is redriven. A redrive is recognised by
comparing the execution's count of redrives with the count at the time of the failure. The recorded failures cannot show
it: when the stage failed, this function may have been unable to run, or its answer may have been lost.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from shared.opportunities.errors import OpportunityNotFound, OpportunityTaken
from shared.opportunities.repository import OpportunityLeases
from shared.workflows.failures import (
    ITEM_FAILED,
    ItemFailures,
    StageFailed,
    WorkflowFailure,
    WorkflowFailures,
    advise,
    name_failure,
)


class FailedStage(BaseModel):
    """`execution` is the execution's ARN. Its last part is also the id of the build, which holds the lease.

    `redrives_at_failure` is missing from executions that began under an earlier definition.
    """

    workflow: str
    execution: str
    redrives: int = Field(ge=0)
    redrives_at_failure: int | None = Field(default=None, ge=0)
    failed_stage: str
    failure: dict[str, Any]
    state: dict[str, Any]

    @property
    def holder(self) -> str:
        return str(self.state.get("build_id") or self.execution.rsplit(":", 1)[-1])

    @property
    def opportunity_id(self) -> str | None:
        """The leased opportunity. Only a build in progress has one; before pick_opportunity nothing is leased."""
        held = self.state.get("opportunity_id")
        return str(held) if held and self.state.get("build_id") else None


class Resumed(BaseModel):
    """The stage to which the state machine returns."""

    resume: str


def record(
    request: FailedStage,
    *,
    failures: WorkflowFailures,
    leases: OpportunityLeases,
    items: ItemFailures,
    clock: Callable[[], datetime],
) -> Resumed:
    """Raises StageFailed unless the execution was redriven since the stage failed."""
    earlier = failures.of_execution(request.execution)
    then = _count_redrives(request, earlier)
    failure = next((each for each in earlier if each.redrives == then), None)
    if failure is None:
        failure = _make_failure(request, len(earlier) + 1, then, clock(), items)
        failures.put(failure)
    if request.redrives > then:
        return _resume(request, failure, failures, leases, clock())
    if failure.opportunity_id is not None:
        _release(leases, failure.opportunity_id, request.holder, f"{failure.failed_stage}: {failure.error}")
    raise StageFailed(failure.message)


def _count_redrives(request: FailedStage, earlier: list[WorkflowFailure]) -> int:
    """The number of redrives. An execution stops once between two redrives, so this also identifies the failure."""
    if request.redrives_at_failure is not None:
        return request.redrives_at_failure
    last = earlier[-1] if earlier else None
    return last.redrives if last is not None and last.resumed_by is None else request.redrives


def _make_failure(
    request: FailedStage, number: int, redrives: int, now: datetime, items: ItemFailures
) -> WorkflowFailure:
    error, cause = name_failure(request.failure)
    if error == ITEM_FAILED:
        error, cause = name_failure(items.first_of(request.execution) or request.failure)
    return WorkflowFailure(
        execution=request.execution,
        failure_id=f"{number:04d}",
        workflow=request.workflow,
        failed_stage=request.failed_stage,
        error=error,
        cause=cause,
        advice=advise(error),
        redrives=redrives,
        failed_at=now,
        opportunity_id=request.opportunity_id,
    )


def _resume(
    request: FailedStage, failure: WorkflowFailure, failures: WorkflowFailures, leases: OpportunityLeases, now: datetime
) -> Resumed:
    """Resume after a redrive. The lease comes first: if another build has the opportunity, the recorded failure stays
    unchanged.
    """
    if failure.opportunity_id is not None:
        _lease(leases, failure.opportunity_id, request.holder, now)
    failures.put(failure.model_copy(update={"resumed_by": request.redrives}))
    return Resumed(resume=failure.failed_stage)


def _lease(leases: OpportunityLeases, opportunity_id: str, holder: str, now: datetime) -> None:
    try:
        leases.lease(opportunity_id, holder, now)
    except (OpportunityTaken, OpportunityNotFound) as error:
        stored = leases.get(opportunity_id)
        if stored is None or stored.standing.holder != holder:
            raise StageFailed(f"the build cannot go on: {error}") from error


def _release(leases: OpportunityLeases, opportunity_id: str, holder: str, reason: str) -> None:
    try:
        leases.release(opportunity_id, holder, reason)
    except OpportunityNotFound:
        return
