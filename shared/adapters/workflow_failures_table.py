"""The table `workflow_failures`: one item per stop of an execution."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import model_of
from shared.workflows.failures import WorkflowFailure


class WorkflowFailureItem(Model):
    execution = UnicodeAttribute(hash_key=True)
    failure_id = UnicodeAttribute(range_key=True)
    workflow = UnicodeAttribute()
    failed_stage = UnicodeAttribute()
    error = UnicodeAttribute()
    cause = UnicodeAttribute()
    advice = UnicodeAttribute()
    redrives = NumberAttribute()
    failed_at = UTCDateTimeAttribute()
    opportunity_id = UnicodeAttribute(null=True)
    resumed_by = NumberAttribute(null=True)


class WorkflowFailuresTable:
    """Implements `shared.workflows.failures.WorkflowFailures`."""

    def __init__(self, table_name: str) -> None:
        self._failures = model_of(WorkflowFailureItem, table_name)

    def of_execution(self, execution: str) -> list[WorkflowFailure]:
        return [_read_failure(item) for item in self._failures.query(execution, consistent_read=True)]

    def put(self, failure: WorkflowFailure) -> None:
        self._failures(**failure.model_dump()).save()


def _read_whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _read_failure(item: WorkflowFailureItem) -> WorkflowFailure:
    return WorkflowFailure(
        execution=item.execution,
        failure_id=item.failure_id,
        workflow=item.workflow,
        failed_stage=item.failed_stage,
        error=item.error,
        cause=item.cause,
        advice=item.advice,
        redrives=int(item.redrives),
        failed_at=item.failed_at,
        opportunity_id=item.opportunity_id,
        resumed_by=_read_whole(item.resumed_by),
    )
