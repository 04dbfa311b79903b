"""Lambda entry point for the stream of the table `stripe_events`. A failed record is delivered again, with all later
ones.
"""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count, logger
from shared.runtime.stream import react_to_stream

load_adapters(
    "attempts_table",
    "revenue_events_table",
    "secrets",
    "stripe_events_table",
    "stripe_payments",
    "subscriptions_table",
)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return react_to_stream(event, context, apply_event, failure="event not applied yet")


def apply_event(record: DynamoDBRecord) -> None:
    """Apply only new items: marking an event as handled changes its item and so makes a record, too."""
    if record.event_name is not DynamoDBRecordEventName.INSERT:
        return
    assert record.dynamodb is not None
    event_id = str(record.dynamodb.keys["event_id"])
    event = wiring.billing.event_desk().handle(event_id)
    if event is not None:
        logger.info("event applied", extra={"stripe_event": event_id, "type": event.type, "outcome": event.handled})
        count("StripeEventsApplied", outcome=event.handled or "none")
