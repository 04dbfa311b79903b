"""`POST /subscriptions/{id}/cancel`: ends a subscription at the end of its period."""

from time import time as clock
from typing import Annotated

from fastapi import APIRouter, Path

from functions.billing.cancel_subscription.cancel import CancelDesk
from shared.billing.shown import ShownSubscription, own_subscription, show
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()

SubscriptionId = Annotated[str, Path(description="The subscription's id", examples=["mamsub_sample0000000000000000"])]


@router.post(
    "/subscriptions/{id}/cancel",
    operation_id="cancel_subscription",
    summary="Cancel a subscription",
    response_description="The subscription, with the moment at which it ends",
    responses=describe_problem_responses(401, 403, 404, 409, 503),
    tags=["subscriptions"],
)
async def cancel_subscription(id: SubscriptionId, caller: Person) -> ShownSubscription:
    """Cancel a subscription at the end of the period that is paid for; until then it works. Cancelling twice is
    cancelling once.
    """
    row = own_subscription(wiring.billing.subscriptions(), id, caller.account_id)
    desk = CancelDesk(wiring.billing.subscriptions(), wiring.billing.payments())
    return show(desk.cancel(row), clock())
