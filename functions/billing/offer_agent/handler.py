"""Lambda entry point for the stream of the table `agents`. A published agent gets its product and price at Stripe.

A price is named by agent, amount, currency and interval. So publishing again makes nothing new. A changed price is a
new price, and earlier subscribers keep their old one.
"""

from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.billing.offer_agent.offer import offer, plan_of
from shared.runtime import wiring
from shared.runtime.observability import logger
from shared.runtime.stream import react_to_stream


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return react_to_stream(event, context, offer_agent, failure="agent not offered yet")


def offer_agent(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    plan = plan_of((change.new_image if change is not None else None) or {})
    if plan is not None and offer(plan, wiring.billing.subscriptions(), wiring.billing.payments):
        logger.info("agent offered", extra={"agent": plan.slug, "amount_cents": plan.price.amount_cents})
