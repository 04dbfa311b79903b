"""Lambda entry point for the stream of the table `users`. A marked account is retried until it is fully erased."""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.accounts.erase_account.erase import erase_account
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.stream import react_to_stream


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return react_to_stream(event, context, erase_if_asked, failure="account not erased yet", log_reason=False)


def erase_if_asked(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if change is None or "erasing_at" not in (change.new_image or {}):
        return
    user_id = str((change.keys or {})["user_id"])
    if erase_account(user_id, wiring.accounts.users(), wiring.accounts.holdings()):
        logger.info("account erased", extra={"account": user_id})
        count("AccountsErased")
