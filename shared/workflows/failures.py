"""Why an execution stopped, in words for the operator, and whether it was resumed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

MAX_CAUSE = 1_500


class StageFailed(Exception):
    """Ends the execution as FAILED. The message is shown to people as the cause."""


class WorkflowFailure(BaseModel):
    """One stop of one execution. `redrives`: how often the execution had been redriven before. `resumed_by`: the
    redrive that resumed it. `failure_id` counts an execution's failures from 0001.
    """

    model_config = ConfigDict(frozen=True)

    execution: str
    failure_id: str
    workflow: str
    failed_stage: str
    error: str
    cause: str
    advice: str
    redrives: int
    failed_at: datetime
    opportunity_id: str | None = None
    resumed_by: int | None = None

    @property
    def message(self) -> str:
        return f"{self.workflow} stopped in {self.failed_stage}: {self.error}: {self.cause.rstrip('.')}. {self.advice}"


class WorkflowFailures(Protocol):
    def of_execution(self, execution: str) -> list[WorkflowFailure]:
        """The failures of an execution, oldest first (strongly consistent)."""
        ...

    def put(self, failure: WorkflowFailure) -> None:
        """Add a failure, or replace the one with the same execution and id."""
        ...


class ItemFailures(Protocol):
    """Failures in stages that run once per item, with a separate execution for each item."""

    def first_of(self, execution: str) -> Mapping[str, Any] | None:
        """Error and Cause of the first failed item in the execution's last such stage; None if no item failed."""
        ...


def name_failure(failure: Mapping[str, Any]) -> tuple[str, str]:
    """Error name and readable cause, from the error that a Catch puts into the state."""
    error, cause = str(failure.get("Error") or "Unknown"), str(failure.get("Cause") or "")
    try:
        told = json.loads(cause)
    except ValueError:
        told = None
    if isinstance(told, dict):
        cause = str(told.get("errorMessage") or cause)  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType]
    return error, cause[:MAX_CAUSE].strip() or "no cause was given."


def redrive_may_help(error: str) -> bool:
    """Whether an execution that stopped with this error may succeed later, instead of failing again every time."""
    return error not in _BEYOND_REDRIVE


def advise(error: str) -> str:
    return _ADVICE.get(error, _OTHERWISE)


_REDRIVE = "then redrive this execution: it goes on where it stopped, and nothing that was paid for is paid again."
_OTHERWISE = f"Look at the log of the stage by the execution's id, mend the cause, {_REDRIVE}"
ITEM_FAILED = "States.ExceedToleratedFailureThreshold"
"""The error that Step Functions reports for a stage with a failed item, whatever that item's own error."""
_BEYOND_REDRIVE = frozenset(
    {"States.DataLimitExceeded", "OpportunityTaken", "OpportunityNotFound", "LeaseLost", "ArtifactMissing"}
)
_MODEL_SAYS_NO = (
    "The model was reachable but did not give a usable answer to any of the texts it was shown. "
    f"If that was a passing fault, wait for it to pass, {_REDRIVE}"
)
_MODEL_BUSY = (
    f"The model's service was overloaded or down and all retries are used up. Wait until it answers, {_REDRIVE}"
)
_SOURCE = f"The source of posts throttled us or was down and all retries are used up. Wait some minutes, {_REDRIVE}"
_ADVICE = {
    "ModelRefused": _MODEL_SAYS_NO,
    "ModelAnswerInvalid": _MODEL_SAYS_NO,
    "ModelNotTrusted": (
        "Check which model is configured and which service answers for it. Then redrive this execution, or wait for "
        "the next scan: none of the posts is marked as seen, and all are read again."
    ),
    "ModelOverloaded": _MODEL_BUSY,
    "ModelUnavailable": _MODEL_BUSY,
    "SourceThrottled": _SOURCE,
    "SourceUnavailable": _SOURCE,
    "SourceRefused": f"Check the configured sources and the secret with their credentials (Reddit's), {_REDRIVE}",
    "SpendCapReached": (
        "No work was begun. Raise the daily cap on model spend or wait for the next day (UTC); the next scheduled "
        "execution goes on by itself."
    ),
    "MarketChanged": (
        "Another scan was faster with the same opportunities. Nothing is lost: the next scan takes up the posts that "
        "this one leaves, without paying for them again."
    ),
    "States.DataLimitExceeded": (
        "More data than Step Functions passes between states: this is a fault of the workflow, and the same work will "
        "fail again. Report it; until it is mended, give the execution less to do, as a smaller `limit` of posts."
    ),
    "OpportunityTaken": "Another build works on the opportunity or has finished it. There is nothing to do here.",
    "OpportunityNotFound": "Start a new execution with the id of an opportunity that a scan found.",
    "LeaseLost": "Another build has taken the opportunity over. There is nothing to do here.",
    "ArtifactMissing": (
        "A body in S3 that an earlier stage wrote is gone: its time to live is over. Start a new execution instead."
    ),
}
