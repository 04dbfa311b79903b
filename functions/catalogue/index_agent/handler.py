"""Lambda entry point: the stream of the table `agents`. A record that fails comes back, with those after it."""

from functools import cache
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType]
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.catalogue.index_agent.index import index_row, prepare, row_of
from shared.catalogue.query import CatalogUnavailable
from shared.runtime import wiring
from shared.runtime.observability import count, logger

processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.clear_state()
    logger.set_correlation_id(context.aws_request_id)
    prepared()
    return cast(dict[str, Any], process_partial_response(event, index_agent, processor, context))


def index_agent(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    assert change is not None
    deleted = record.event_name is DynamoDBRecordEventName.REMOVE
    row = row_of((change.old_image if deleted else change.new_image) or {}, deleted=deleted)
    if row is None:
        return
    try:
        changed = index_row(row, wiring.catalogue.catalog_search(), wiring.platform.artifacts())
    except CatalogUnavailable:
        # Perhaps the index is gone: look again, before the record is tried again.
        prepared.cache_clear()
        raise
    logger.info("agent indexed", extra={"agent": row.slug, "listed": row.listed, "changed": changed})
    if changed:
        count("AgentsIndexed" if row.listed else "AgentsTakenOffIndex")


@cache
def prepared() -> None:
    prepare(wiring.catalogue.catalog_search(), wiring.catalogue.agents(), wiring.platform.artifacts())
