"""`POST /webhooks/stripe`: checks a Stripe event, stores it once and answers at once. The function on the table's
stream processes it.
"""

from time import time as clock
from typing import Annotated

from fastapi import Header, Request
from pydantic import BaseModel, Field

from shared.billing.inbox import EventUnreadable, read_event
from shared.billing.signatures import is_genuine
from shared.errors import DomainProblem
from shared.runtime import wiring
from shared.runtime.http import RootRouter
from shared.runtime.observability import count, logger
from shared.runtime.problems import describe_problem_responses

router = RootRouter()


class NotSignedByStripe(DomainProblem):
    status = 400
    type = "signature-invalid"
    title = "The signature is not valid"

    def __init__(self) -> None:
        super().__init__(
            "`Stripe-Signature` is missing, does not fit the body, or is more than five minutes from now. Check the "
            "endpoint's signing secret, and this machine's clock."
        )


class NotAnEvent(DomainProblem):
    status = 400
    type = "event-invalid"
    title = "The body is no event"


class Received(BaseModel):
    """It is kept."""

    received: Annotated[bool, Field(description="True: it need not be sent again")] = True


@router.post(
    "/webhooks/stripe",
    operation_id="receive_event",
    summary="Receive an event of Stripe's",
    response_description="The event is kept, now or since it came first",
    responses=describe_problem_responses(400, 413),
    tags=["webhooks"],
)
async def receive_event(
    request: Request,
    stripe_signature: Annotated[
        str, Header(description="`t=<epoch seconds>,v1=<HMAC-SHA-256>`, as Stripe signs", max_length=4096)
    ] = "",
) -> Received:
    """Receive an event of Stripe's. Only Stripe can sign one; anybody else gets 400."""
    body, now = await request.body(), clock()
    if not is_genuine(body, stripe_signature, wiring.billing.webhook_secrets(), now):
        count("StripeEventsRefused")
        raise NotSignedByStripe
    try:
        event = read_event(body, now)
    except EventUnreadable as error:
        raise NotAnEvent(f"It is signed, but {error}.") from error
    is_new = wiring.billing.inbox().keep(event)
    logger.info("event kept", extra={"stripe_event": event.event_id, "type": event.type, "new": is_new})
    return Received()
