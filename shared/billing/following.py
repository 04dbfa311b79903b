"""Follows Stripe: sets a subscription's row to the state at Stripe now, whether an event, a request or a schedule asks.

A row is written on the condition that it still has the version that was read before asking Stripe. So a late answer
never overwrites a later one.
"""

from dataclasses import dataclass

from shared.billing.payments import Payments
from shared.billing.subscription import (
    ATTEMPTS,
    ChangesTooOften,
    Subscription,
    SubscriptionPlace,
    Subscriptions,
    abandon_row,
    as_seen,
    change_row,
    next_version,
)

EXPIRED = "expired"


@dataclass(frozen=True)
class Following:
    payments: Payments
    subscriptions: Subscriptions

    def follow(self, stripe_id: str, subscription_id: str | None = None, *, paid_until: int = 0) -> Subscription | None:
        """Set the row to Stripe's state and return it; None for a subscription that is not ours.

        `subscription_id` is our id, if known: it saves one request. `paid_until` is the end of a period that an invoice
        was paid for.
        """
        known = subscription_id or self._our_id(stripe_id)
        if known is None:
            return None
        for _ in range(ATTEMPTS):
            row = self.subscriptions.get(known)
            seen = self.payments.subscription(stripe_id)
            if row is None or seen is None or seen.subscription_id != known:
                return row if seen is None else None
            after = self._written(row, as_seen(row, seen, paid_until))
            if after is not None:
                return after
        raise ChangesTooOften(known)

    def follow_checkout(self, session_id: str, subscription_id: str | None) -> Subscription | None:
        """Like `follow`, for the subscription of a checkout. The row of an expired checkout becomes abandoned."""
        seen = self.payments.checkout(session_id)
        if seen is None or subscription_id is None:
            return None
        if seen.stripe_id is not None:
            return self.follow(seen.stripe_id, subscription_id)
        row = self.subscriptions.get(subscription_id)
        return change_row(self.subscriptions, row, abandon_row) if row and seen.status == EXPIRED else row

    def _our_id(self, stripe_id: str) -> str | None:
        seen = self.payments.subscription(stripe_id)
        return seen.subscription_id if seen else None

    def _written(self, row: Subscription, after: Subscription) -> Subscription | None:
        """The stored row; None if the row or the holder of its place changed since it was read."""
        if not after.holds_place:
            return self._save(row, after)
        place = self.subscriptions.place(row.account_id, row.plan.slug)
        if place.live == row.subscription_id:
            return self._save(row, after)
        holder = self._holder(place)
        if holder is not None:
            return self._save(row, after.model_copy(update={"duplicate_of": holder}))
        return next_version(after) if self.subscriptions.take_place(after, place) else None

    def _holder(self, place: SubscriptionPlace) -> str | None:
        live = self.subscriptions.get(place.live) if place.live else None
        return live.subscription_id if live is not None and live.holds_place else None

    def _save(self, row: Subscription, after: Subscription) -> Subscription | None:
        if after == row:
            return row
        return next_version(after) if self.subscriptions.save(after) else None
