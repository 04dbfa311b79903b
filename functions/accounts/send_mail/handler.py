"""Lambda entry point for the stream of the table `account_mails`. A mail that cannot be sent is tried again."""

from time import time as clock
from typing import Any, cast

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,  # pyright: ignore[reportUnknownVariableType]
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.accounts.send_mail.send import send_mail
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.settings import settings

processor = BatchProcessor(EventType.DynamoDBStreams, raise_on_entire_batch_failure=False)


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    logger.clear_state()
    logger.set_correlation_id(context.aws_request_id)
    return cast(dict[str, Any], process_partial_response(event, send_new_mail, processor, context))


def send_new_mail(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if record.event_name is not DynamoDBRecordEventName.INSERT or change is None:
        return
    mail_id = str((change.keys or {})["mail_id"])
    try:
        kind = send_mail(mail_id, wiring.accounts.mails(), wiring.accounts.mailer(), settings().site_url, clock())
    except Exception as error:
        # SES's message contains the address, so only the kind of the failure is logged.
        logger.warning("mail not sent", extra={"mail": mail_id, "error": type(error).__name__})
        raise
    if kind is not None:
        logger.info("mail sent", extra={"mail": mail_id, "kind": kind.value})
        count("MailsSent", kind=kind.value)
