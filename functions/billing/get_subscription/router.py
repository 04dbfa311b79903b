"""`GET /subscriptions/{id}`: the state of a subscription. If it is pending for more than a moment, Stripe is asked."""

from time import time as clock
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from shared.billing.payments import PaymentsUnavailable
from shared.billing.shown import ShownSubscription, own_subscription, show
from shared.billing.standing import SubscriptionStatus
from shared.billing.subscription import Subscription
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.observability import logger
from shared.runtime.problems import RETRY_AFTER, describe_problem_responses

router = APIRouter()

MOMENT_SECONDS = 3
"""The events have usually arrived by then, so Stripe need not be asked."""
RETRY_AFTER_SECONDS = 2
WAITING: dict[int | str, dict[str, Any]] = {200: {"headers": RETRY_AFTER}}

SubscriptionId = Annotated[
    str, Path(description="The id that the checkout answered with", examples=["mamsub_sample0000000000000000"])
]


@router.get(
    "/subscriptions/{id}",
    operation_id="get_subscription",
    summary="Show a subscription",
    response_description="The subscription as it stands",
    responses={**WAITING, **describe_problem_responses(401, 403, 404)},
    tags=["subscriptions"],
)
async def get_subscription(id: SubscriptionId, caller: Person, response: Response) -> ShownSubscription:
    """Show a subscription. It is `pending` until its payment is known here, and says with `Retry-After` when to look
    again; that takes a moment, and waits for no event.
    """
    now = clock()
    row = own_subscription(wiring.billing.subscriptions(), id, caller.account_id)
    if row.status is SubscriptionStatus.PENDING and now >= row.created_at + MOMENT_SECONDS:
        row = _ask_stripe(row)
    if row.status is SubscriptionStatus.PENDING:
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return show(row, now)


def _ask_stripe(row: Subscription) -> Subscription:
    """The row after asking Stripe, or the present row if Stripe does not answer."""
    if row.checkout is None:
        return row
    try:
        return wiring.billing.following().follow_checkout(row.checkout.session_id, row.subscription_id) or row
    except PaymentsUnavailable as error:
        logger.warning("a pending subscription stays so", extra={"reason": error.reason})
        return row
