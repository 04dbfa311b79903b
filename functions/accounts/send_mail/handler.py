"""Lambda entry point for the stream of the table `account_mails`. A mail that cannot be sent is tried again."""

from time import time as clock
from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.accounts.send_mail.send import send_mail
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.settings import settings
from shared.runtime.stream import react_to_stream


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    # SES's message contains the address.
    return react_to_stream(event, context, send_new_mail, failure="mail not sent", log_reason=False)


def send_new_mail(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    if record.event_name is not DynamoDBRecordEventName.INSERT or change is None:
        return
    mail_id = str((change.keys or {})["mail_id"])
    kind = send_mail(mail_id, wiring.accounts.mails(), wiring.accounts.mailer(), settings().site_url, clock())
    if kind is not None:
        logger.info("mail sent", extra={"mail": mail_id, "kind": kind.value})
        count("MailsSent", kind=kind.value)
