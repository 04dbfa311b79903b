"""A function that reacts to the changes of a table, through its stream."""

from collections.abc import Mapping
from datetime import timedelta

from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_event_sources as sources

from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters
from infra_cdk.constructs.table import Table

UNLIMITED = -1
RECORD_AGE = timedelta(hours=24)
"""As long as the stream itself keeps a record."""
NEW_ITEM = {"eventName": lambda_.FilterRule.is_equal("INSERT")}


def react_to_changes(
    function: FolderFunction,
    table: Table,
    letters: DeadLetters,
    *,
    of: Mapping[str, object] | None = None,
    age: timedelta = RECORD_AGE,
    batch_size: int = 10,
) -> None:
    """Deliver the changes that the filter `of` lets through, or all of them.

    A record that fails is delivered again until it is `age` old, and goes to the dead letters then: what is down for an
    hour costs no change.
    """
    function.add_event_source(
        sources.DynamoEventSource(
            table,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=batch_size,
            bisect_batch_on_error=True,
            max_record_age=duration(age),
            retry_attempts=UNLIMITED,
            report_batch_item_failures=True,
            on_failure=sources.SqsDlq(letters),
            filters=[lambda_.FilterCriteria.filter(dict(of))] if of else None,
        )
    )
