"""A subscription: a row of ours from the moment its checkout is opened, that follows what Stripe says of it.

At most one is live for each account and agent. `SubscriptionPlace` says which; a checkout that is paid while another
subscription holds the place is a duplicate, and is undone.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.billing.payments import SeenSubscription
from shared.billing.plan import Plan
from shared.billing.standing import STANDINGS, StatusMeaning, SubscriptionStatus, known_status
from shared.values import Frozen

ATTEMPTS = 12
KEPT_SECONDS = 7 * 86_400
"""How long a row outlives its checkout if nobody completes that. Any other row is kept for ever."""


class ChangesTooOften(Exception):
    """Somebody else wrote the row each time: another try will find it at rest."""


DISOWNED = "erased"
"""The account of a subscription whose own is gone."""


class Checkout(Frozen):
    """Stripe's hosted page for one subscription; times are epoch seconds."""

    session_id: str
    url: str
    expires_at: int


class Subscription(Frozen):
    """One row; times are epoch seconds.

    `stripe_id` is null until the checkout was paid. `paid_until` is the end of the last period that was paid for, 0
    before the first. `cancel_at` is when it will end, `cancel_intent` the wish to cancel that Stripe has not confirmed
    yet. `duplicate_of` names the subscription that held the place when this one was paid; `undone` says that it was
    cancelled and everything given back. `version` counts the writes.
    """

    subscription_id: str
    account_id: str
    plan: Plan
    created_at: int
    status: SubscriptionStatus = SubscriptionStatus.PENDING
    checkout: Checkout | None = None
    customer_id: str | None = None
    stripe_id: str | None = None
    period_start: int | None = None
    period_end: int | None = None
    paid_until: int = 0
    cancel_at: int | None = None
    cancel_intent: str | None = None
    duplicate_of: str | None = None
    undone: bool = False
    version: int = 0

    @property
    def standing(self) -> StatusMeaning:
        return STANDINGS[self.status]

    @property
    def ended(self) -> bool:
        return self.standing.ended

    @property
    def expires_at(self) -> int | None:
        opened_until = self.checkout.expires_at if self.checkout else self.created_at
        return opened_until + KEPT_SECONDS if self.stripe_id is None else None

    @property
    def to_undo(self) -> bool:
        return self.duplicate_of is not None and not self.undone

    @property
    def holds_place(self) -> bool:
        """True for what would make another one a duplicate: it was paid, and has not ended."""
        return self.paid_until > 0 and not self.ended and self.duplicate_of is None

    def has_access(self, now: float) -> bool:
        grace = self.standing.grace_seconds
        if grace is None or not self.paid_until or self.duplicate_of is not None:
            return False
        if self.cancel_at is not None and now >= self.cancel_at:
            return False
        return now < self.paid_until + grace


class SubscriptionPlace(Frozen):
    """Which subscription of an account to an agent is live, and which has the checkout that was opened last."""

    account_id: str
    slug: str
    live: str | None = None
    attempt: str | None = None


class Subscriptions(Protocol):
    """The table `subscriptions`. Every write is conditional on what was read; False says that it has changed since."""

    def get(self, subscription_id: str) -> Subscription | None:
        """Strongly consistent."""
        ...

    def of_account(self, account_id: str) -> Sequence[Subscription]:
        """Those whose checkout was completed, newest first, by the table's index (eventually consistent)."""
        ...

    def place(self, account_id: str, slug: str) -> SubscriptionPlace:
        """Strongly consistent; an empty one where there is none."""
        ...

    def open(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        """A new row that becomes the place's attempt, in one transaction."""
        ...

    def save(self, subscription: Subscription) -> bool:
        """The row's next version."""
        ...

    def take_place(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        """The row's next version, and it becomes the place's live one, in one transaction."""
        ...


class PriceIds(Protocol):
    """Stripe's id of each price that was ever offered, by `Plan.price_key`."""

    def price_id(self, price_key: str) -> str | None: ...

    def keep_price_id(self, price_key: str, price_id: str) -> None: ...


def as_seen(row: Subscription, seen: SeenSubscription, paid_until: int = 0) -> Subscription:
    """The row as Stripe shows the subscription now; `paid_until` is known from an invoice that was paid.

    What has ended stays ended, a status that nobody has decided about changes nothing, and neither does a second
    subscription that bears the name of this one.
    """
    status = known_status(seen.status)
    if row.ended or status is None or row.stripe_id not in (None, seen.stripe_id):
        return row
    latest = seen.period_end if seen.paid else 0
    return row.model_copy(
        update={
            "status": status,
            "stripe_id": seen.stripe_id,
            "customer_id": seen.customer_id,
            "period_start": seen.period_start,
            "period_end": seen.period_end,
            "paid_until": max(row.paid_until, paid_until, latest),
            "cancel_at": seen.cancel_at,
            "cancel_intent": None if seen.cancel_at is not None else row.cancel_intent,
        }
    )


def abandon_row(row: Subscription) -> Subscription:
    pending = row.status is SubscriptionStatus.PENDING
    return row.model_copy(update={"status": SubscriptionStatus.ABANDONED}) if pending else row


def mark_undone(row: Subscription) -> Subscription:
    return row.model_copy(update={"status": SubscriptionStatus.CANCELED, "undone": True})


def disown_row(row: Subscription) -> Subscription:
    """As it stays in the books: nothing of it leads to anybody, and it gives no access."""
    return row.model_copy(
        update={
            "account_id": DISOWNED,
            "customer_id": None,
            "checkout": None,
            "status": SubscriptionStatus.CANCELED,
        }
    )


def next_version(row: Subscription) -> Subscription:
    """As it lies in the table after it was written."""
    return row.model_copy(update={"version": row.version + 1})


def change_row(
    subscriptions: Subscriptions, row: Subscription, change: Callable[[Subscription], Subscription]
) -> Subscription:
    """The row after a change that may be made to whatever it has become meanwhile. Raises ChangesTooOften."""
    for _ in range(ATTEMPTS):
        after = change(row)
        if after == row:
            return row
        if subscriptions.save(after):
            return next_version(after)
        found = subscriptions.get(row.subscription_id)
        if found is None:
            break
        row = found
    raise ChangesTooOften(row.subscription_id)
