"""A subscription as its owner sees it, and the error if there is none."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.billing.plan import Plan
from shared.billing.standing import SubscriptionStatus
from shared.billing.subscription import Subscription, Subscriptions
from shared.errors import DomainProblem


class ShownSubscription(BaseModel):
    """One subscription."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, Field(description="Its name in addresses")]
    plan: Annotated[Plan, Field(description="What was agreed on; it stays so when the agent's price changes")]
    status: Annotated[
        SubscriptionStatus, Field(description="`pending` until the payment is known here; look again in a moment")
    ]
    shown: Annotated[str, Field(description="The status in words")]
    access: Annotated[bool, Field(description="Whether the agent can be run with it now")]
    created_at: Annotated[datetime, Field(description="When its checkout was opened")]
    period_start: Annotated[datetime | None, Field(description="The current period; null before the first")]
    period_end: Annotated[datetime | None, Field(description="When the current period ends")]
    ends_at: Annotated[datetime | None, Field(description="When it will end; null while it renews itself")]
    duplicate: Annotated[
        bool, Field(description="There was one already when this was paid: it was cancelled and refunded in full")
    ]


class NoSuchSubscription(DomainProblem):
    """The subscription does not exist or belongs to somebody else."""

    status = 404
    type = "subscription-not-found"
    title = "There is no such subscription"

    def __init__(self) -> None:
        super().__init__("You have no subscription of this id. GET /api/v1/subscriptions lists those you have.")


class NotSubscribedYet(DomainProblem):
    status = 409
    type = "subscription-pending"
    title = "The subscription has not begun"

    def __init__(self) -> None:
        super().__init__("Its checkout has not been completed, so there is nothing to manage yet.")


def own_subscription(subscriptions: Subscriptions, subscription_id: str, account_id: str) -> Subscription:
    """The account's own subscription. Raises NoSuchSubscription."""
    row = subscriptions.get(subscription_id)
    if row is None or row.account_id != account_id:
        raise NoSuchSubscription
    return row


def show(row: Subscription, now: float) -> ShownSubscription:
    return ShownSubscription(
        id=row.subscription_id,
        plan=row.plan,
        status=row.status,
        shown=row.standing.shown,
        access=row.has_access(now),
        created_at=_time(row.created_at),
        period_start=_time(row.period_start) if row.period_start else None,
        period_end=_time(row.period_end) if row.period_end else None,
        ends_at=_time(row.cancel_at) if row.cancel_at else None,
        duplicate=row.duplicate_of is not None,
    )


def _time(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, UTC)
