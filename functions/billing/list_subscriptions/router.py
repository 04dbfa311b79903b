"""`GET /subscriptions`: the caller's subscriptions."""

from time import time as clock
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.billing.shown import ShownSubscription, show
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


class SubscriptionList(BaseModel):
    """The caller's subscriptions."""

    items: Annotated[
        tuple[ShownSubscription, ...],
        Field(description="Newest first, ended ones too; checkouts that were not completed are none"),
    ]


@router.get(
    "/subscriptions",
    operation_id="list_subscriptions",
    summary="List your subscriptions",
    response_description="Your subscriptions",
    responses=describe_problem_responses(401, 403),
    tags=["subscriptions"],
)
async def list_subscriptions(caller: Person) -> SubscriptionList:
    """List your subscriptions. One that was paid a moment ago may be missing: its own address has it at once."""
    now = clock()
    rows = wiring.billing.subscriptions().of_account(caller.account_id)
    return SubscriptionList(items=tuple(show(row, now) for row in rows))
