"""Cancels a subscription at the end of its period. The wish is stored first, and its name is Stripe's idempotency key.
So repeated tries are one wish, and a later cancellation after a change of mind is another.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from shared.billing.following import Following
from shared.billing.payments import Payments
from shared.billing.shown import NotSubscribedYet
from shared.billing.subscription import Subscription, Subscriptions, change_row


@dataclass(frozen=True)
class CancelDesk:
    subscriptions: Subscriptions
    payments: Payments

    def cancel(self, row: Subscription) -> Subscription:
        """Cancel, without asking Stripe if the subscription ends anyway. Raises NotSubscribedYet,
        PaymentsUnavailable.
        """
        if row.ended or row.cancel_at is not None:
            return row
        if row.stripe_id is None:
            raise NotSubscribedYet
        after = self._ask(row, row.stripe_id, _want_end)
        if after.ended or after.cancel_at is not None:
            return after
        # It was done before, under the same name, and taken back since: Stripe has only repeated its old answer.
        return self._ask(after, row.stripe_id, _want_end_anew)

    def _ask(self, row: Subscription, stripe_id: str, want: Callable[[Subscription], Subscription]) -> Subscription:
        wanted = change_row(self.subscriptions, row, want)
        key = f"cancel:{wanted.subscription_id}:{wanted.cancel_intent}"
        self.payments.cancel_at_period_end(stripe_id, key)
        return Following(self.payments, self.subscriptions).follow(stripe_id, row.subscription_id) or wanted


def _want_end_anew(row: Subscription) -> Subscription:
    return _want_end(row.model_copy(update={"cancel_intent": None}))


def _want_end(row: Subscription) -> Subscription:
    if row.cancel_intent is not None or row.cancel_at is not None:
        return row
    return row.model_copy(update={"cancel_intent": secrets.token_hex(8)})
