"""`POST /agents/{slug}/checkout`: opens Stripe's page on which the caller subscribes to an agent."""

from datetime import UTC, datetime
from time import time as clock
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from functions.billing.start_checkout.start import CheckoutDesk
from shared.billing.plan import Plan
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.observability import count
from shared.runtime.problems import describe_problem_responses
from shared.runtime.settings import settings

router = APIRouter()

Slug = Annotated[
    str, Path(description="The agent's name in addresses, as lists show it", examples=["late-invoice-reminder"])
]


class OpenedCheckout(BaseModel):
    """Where to pay, and what for."""

    url: Annotated[str, Field(description="Stripe's page: lead the customer there")]
    subscription_id: Annotated[str, Field(description="Look at GET /subscriptions/{id} when the customer is back")]
    expires_at: Annotated[datetime, Field(description="Until when the page can be paid")]
    plan: Annotated[Plan, Field(description="What is bought, all in")]


@router.post(
    "/agents/{slug}/checkout",
    operation_id="start_checkout",
    summary="Subscribe to an agent",
    response_description="A page of Stripe's that waits to be paid",
    responses=describe_problem_responses(401, 403, 404, 409, 410, 429, 503),
    tags=["subscriptions"],
)
async def start_checkout(slug: Slug, caller: Person) -> OpenedCheckout:
    """Open Stripe's page for a subscription. Asked again, it is the same page for as long as it can be paid; an account
    subscribes to an agent once.
    """
    desk = CheckoutDesk(
        agents=wiring.catalogue.agents(),
        subscriptions=wiring.billing.subscriptions(),
        prices=wiring.billing.subscriptions(),
        customers=wiring.billing.customers(),
        attempts=wiring.billing.attempts(),
        payments=wiring.billing.payments,
        site=settings().site_url,
        tax=settings().stripe_tax,
        clock=clock,
    )
    row = desk.open(slug, caller.account_id)
    assert row.checkout is not None
    count("CheckoutsOpened")
    return OpenedCheckout(
        url=row.checkout.url,
        subscription_id=row.subscription_id,
        expires_at=datetime.fromtimestamp(row.checkout.expires_at, UTC),
        plan=row.plan,
    )
