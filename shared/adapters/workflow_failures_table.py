"""The table `workflow_failures`: one item per stop of an execution."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.models import Model

from shared.workflows.failures import WorkflowFailure


class WorkflowFailureItem(Model):
    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = "workflow_failures"
        connect_timeout_seconds = 3
        read_timeout_seconds = 10

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
        WorkflowFailureItem.Meta.table_name = table_name

    def of_execution(self, execution: str) -> list[WorkflowFailure]:
        return [_failure(item) for item in WorkflowFailureItem.query(execution, consistent_read=True)]

    def put(self, failure: WorkflowFailure) -> None:
        WorkflowFailureItem(**failure.model_dump()).save()


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _failure(item: WorkflowFailureItem) -> WorkflowFailure:
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
        resumed_by=_whole(item.resumed_by),
    )
