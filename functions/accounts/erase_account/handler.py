"""Lambda entry point for the stream of the table `users`. A marked account is retried until it is fully erased."""

from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType]
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.accounts.erase_account.erase import erase_account
from shared.runtime import wiring
from shared.runtime.observability import count, logger

processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.clear_state()
    logger.set_correlation_id(context.aws_request_id)
    return cast(dict[str, Any], process_partial_response(event, erase_if_asked, processor, context))


def erase_if_asked(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if change is None or "erasing_at" not in (change.new_image or {}):
        return
    user_id = str((change.keys or {})["user_id"])
    try:
        erased = erase_account(user_id, wiring.accounts.users(), wiring.accounts.holdings())
    except Exception:
        logger.exception("account not erased yet", extra={"account": user_id})
        raise
    if erased:
        logger.info("account erased", extra={"account": user_id})
        count("AccountsErased")
