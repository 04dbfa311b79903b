"""A subscription: our own row, made when its checkout is opened, which then follows the state at Stripe.

At most one is live for each account and agent. `SubscriptionPlace` says which. If a checkout is paid while another
subscription holds the place, it is a duplicate and is undone.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.billing.payments import SeenSubscription
from shared.billing.plan import Plan
from shared.billing.standing import STANDINGS, StatusMeaning, SubscriptionStatus, known_status
from shared.values import Frozen

ATTEMPTS = 12
KEPT_SECONDS = 7 * 86_400
"""How long a row outlives a checkout that nobody completed. Any other row is kept for ever."""


class ChangesTooOften(Exception):
    """Somebody else wrote the row during every attempt. Another try will probably succeed."""


DISOWNED = "erased"
"""The account id in a subscription whose account was erased."""


class Checkout(Frozen):
    """Stripe's hosted page for one subscription; times are epoch seconds."""

    session_id: str
    url: str
    expires_at: int


class Subscription(Frozen):
    """One row; times are epoch seconds.

    `stripe_id` is null until the checkout is paid. `paid_until` is the end of the last paid period, 0 before the first.
    `cancel_at` is when the subscription will end; `cancel_intent` is a cancellation that Stripe has not confirmed yet.
    `duplicate_of` names the subscription that held the place when this one was paid. `undone` says that this one was
    cancelled and fully refunded. `version` counts the writes.
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
        """True if the subscription was paid and has not ended, so that another one would be a duplicate."""
        return self.paid_until > 0 and not self.ended and self.duplicate_of is None

    def has_access(self, now: float) -> bool:
        grace = self.standing.grace_seconds
        if grace is None or not self.paid_until or self.duplicate_of is not None:
            return False
        if self.cancel_at is not None and now >= self.cancel_at:
            return False
        return now < self.paid_until + grace


class SubscriptionPlace(Frozen):
    """The live subscription of an account to an agent, and the one with the checkout that was opened last."""

    account_id: str
    slug: str
    live: str | None = None
    attempt: str | None = None


class Subscriptions(Protocol):
    """The table `subscriptions`. Every write is conditional: it returns False if the row changed since it was read."""

    def get(self, subscription_id: str) -> Subscription | None:
        """Strongly consistent."""
        ...

    def of_account(self, account_id: str) -> Sequence[Subscription]:
        """Subscriptions with a completed checkout, newest first, from the table's index (eventually consistent)."""
        ...

    def place(self, account_id: str, slug: str) -> SubscriptionPlace:
        """The place, strongly consistent; an empty one if none is stored."""
        ...

    def open(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        """Add a row and make it the place's attempt, in one transaction."""
        ...

    def save(self, subscription: Subscription) -> bool:
        """Write the row's next version."""
        ...

    def take_place(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        """Write the row's next version and make it the place's live subscription, in one transaction."""
        ...


class PriceIds(Protocol):
    """Stripe's id of each price ever offered, by `Plan.price_key`."""

    def price_id(self, price_key: str) -> str | None: ...

    def keep_price_id(self, price_key: str, price_id: str) -> None: ...


def as_seen(row: Subscription, seen: SeenSubscription, paid_until: int = 0) -> Subscription:
    """The row after applying Stripe's present state. `paid_until` comes from a paid invoice.

    An ended subscription stays ended. An unknown status changes nothing, and neither does a second subscription at
    Stripe with the same id of ours.
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
    """The row in the form that stays for the books: it leads to nobody and gives no access."""
    return row.model_copy(
        update={
            "account_id": DISOWNED,
            "customer_id": None,
            "checkout": None,
            "status": SubscriptionStatus.CANCELED,
        }
    )


def next_version(row: Subscription) -> Subscription:
    """The row as it is stored after the next write."""
    return row.model_copy(update={"version": row.version + 1})


def change_row(
    subscriptions: Subscriptions, row: Subscription, change: Callable[[Subscription], Subscription]
) -> Subscription:
    """Apply a change to the present row, and apply it again if the row changed meanwhile. Raises ChangesTooOften."""
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
