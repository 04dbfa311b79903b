"""The handler of a function that reacts to a table's stream: it reacts to each record, and reports those that failed.

A failed record is delivered again, with all later ones of its shard.
"""

from collections.abc import Callable
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType]
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from shared.runtime.observability import logger

Reaction = Callable[[DynamoDBRecord], None]

_processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def react_to_stream(
    event: dict[str, Any], context: LambdaContext, react: Reaction, *, failure: str, log_reason: bool = True
) -> dict[str, Any]:
    """Answer which records failed. `failure` is what the log says of one.

    `log_reason` is false where an error's text may contain personal data: then only its kind is logged.
    """

    def react_and_log(record: DynamoDBRecord) -> None:
        try:
            react(record)
        except Exception as error:
            # The batch processor catches the error and logs it at debug level only.
            reason = {"reason": str(error)[:300]} if log_reason else {}
            logger.warning(failure, extra={"error": type(error).__name__, "keys": _find_keys(record), **reason})
            raise

    logger.clear_state()
    logger.set_correlation_id(context.aws_request_id)
    return cast(dict[str, Any], process_partial_response(event, react_and_log, _processor, context))


def _find_keys(record: DynamoDBRecord) -> dict[str, Any]:
    return dict(record.dynamodb.keys or {}) if record.dynamodb is not None else {}
