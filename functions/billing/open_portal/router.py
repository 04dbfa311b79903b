"""`POST /subscriptions/{id}/portal`: Stripe's page for cards, invoices and the end of a subscription."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from shared.billing.shown import NotSubscribedYet, own_subscription
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.problems import describe_problem_responses
from shared.runtime.settings import settings

router = APIRouter()

SubscriptionId = Annotated[str, Path(description="The subscription's id", examples=["mamsub_sample0000000000000000"])]


class OpenedPortal(BaseModel):
    """Where to manage it."""

    url: Annotated[str, Field(description="Stripe's page, for this customer and a short while: lead them there")]


@router.post(
    "/subscriptions/{id}/portal",
    operation_id="open_portal",
    summary="Manage a subscription",
    response_description="A page of Stripe's",
    responses=describe_problem_responses(401, 403, 404, 409, 503),
    tags=["subscriptions"],
)
async def open_portal(id: SubscriptionId, caller: Person) -> OpenedPortal:
    """Open Stripe's page on which the card is changed, an open invoice is paid and receipts are found."""
    row = own_subscription(wiring.billing.subscriptions(), id, caller.account_id)
    if row.stripe_id is None or row.customer_id is None:
        raise NotSubscribedYet
    back = f"{settings().site_url}/dashboard?subscription={row.subscription_id}"
    return OpenedPortal(url=wiring.billing.payments().portal(row.customer_id, back))
