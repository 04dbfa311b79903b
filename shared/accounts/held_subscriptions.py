"""An account's purchases as one of its holdings: exported to its owner, and given up with the account.

Stripe deletes the customer and ends every subscription at once, but keeps invoices, as the law requires. Our ledger
stays, and the rows that its entries name lose their owner.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import time as clock
from typing import Protocol

from shared.accounts.user import User
from shared.billing.payments import Payments
from shared.billing.shown import show
from shared.billing.subscription import Subscription
from shared.values import Json


class OwnedSubscriptions(Protocol):
    def of_account(self, account_id: str) -> Sequence[Subscription]: ...

    def disown(self, account_id: str) -> None:
        """Remove the owner from paid subscriptions, and delete everything else that leads to the account.
        Repeatable.
        """
        ...


@dataclass(frozen=True)
class HeldSubscriptions:
    """`payments` is only called if the user has a customer at Stripe."""

    subscriptions: OwnedSubscriptions
    payments: Callable[[], Payments]
    name: str = "subscriptions"

    def export(self, user: User) -> list[dict[str, Json]]:
        now = clock()
        return [show(row, now).model_dump(mode="json") for row in self.subscriptions.of_account(user.user_id)]

    def erase(self, user: User) -> None:
        if user.stripe_customer_id is not None:
            self.payments().forget_customer(user.stripe_customer_id)
        self.subscriptions.disown(user.user_id)
