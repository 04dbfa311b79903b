"""The interface to the payment service: our requests, and the parts of Stripe's objects that we use.

Amounts are in minor units with Stripe's own lower-case currency; times are epoch seconds. `key` is an idempotency key:
the same intent has the same key even after a crash, so that it is carried out once.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from shared.billing.plan import Plan
from shared.errors import DomainProblem
from shared.values import Frozen

RETRY_AFTER_SECONDS = 5


class PaymentsUnavailable(DomainProblem):
    """Stripe is down, throttles us, or cannot be reached. The request may or may not have been carried out; trying
    again is safe.
    """

    status = 503
    type = "payments-unavailable"
    title = "Payments are not available now"

    def __init__(self, reason: str) -> None:
        super().__init__(
            "The payment service does not answer. Nothing is charged twice: try again.",
            headers={"retry-after": str(RETRY_AFTER_SECONDS)},
        )
        self.reason = reason


class SeenCheckout(Frozen):
    """`status` is open, complete or expired. `url` is null if the checkout is no longer open."""

    session_id: str
    status: str
    url: str | None
    expires_at: int
    stripe_id: str | None


class SeenSubscription(Frozen):
    """`subscription_id` is our id, null for a subscription that is not ours. `paid` says whether the latest invoice is
    paid.
    """

    stripe_id: str
    subscription_id: str | None
    customer_id: str
    status: str
    period_start: int
    period_end: int
    cancel_at: int | None
    paid: bool


class SeenInvoice(Frozen):
    """An invoice of a subscription. `payment_intents` are the intents that paid it. The period is the one it
    pays for.
    """

    invoice_id: str
    stripe_id: str
    subscription_id: str | None
    paid: bool
    amount_paid: int
    currency: str
    period_start: int
    period_end: int
    paid_at: int


class SeenRefund(Frozen):
    refund_id: str
    status: str
    amount: int
    currency: str
    payment_intent: str | None
    created: int


class SeenDispute(Frozen):
    dispute_id: str
    status: str
    amount: int
    currency: str
    payment_intent: str | None
    created: int


class NewCheckout(Frozen):
    """The values for opening a hosted page. `subscription_id` is our id; Stripe returns it with every object. `tax`
    says whether Stripe computes the tax that the price includes.
    """

    subscription_id: str
    customer_id: str
    price_id: str
    success_url: str
    cancel_url: str
    tax: bool = False


class FailedCharge(Frozen):
    """A refused payment. `card` is Stripe's fingerprint of the card number, null for other means of payment."""

    charge_id: str
    customer_id: str | None
    card: str | None


class ReportedEvent(Frozen):
    """An event in Stripe's list, by which missed deliveries are found."""

    event_id: str
    type: str
    object_id: str
    subscription_id: str | None
    created: int


class Payments(Protocol):
    """Every method may raise PaymentsUnavailable. Reading methods return None for an object that does not exist."""

    def price(self, plan: Plan) -> str:
        """Stripe's id of the plan's price. Creates product and price if they do not exist."""
        ...

    def customer(self, account_id: str, email: str | None) -> str: ...

    def forget_customer(self, customer_id: str) -> None:
        """Delete the customer. Its subscriptions end at once; invoices stay. No error if it is deleted already."""
        ...

    def open_checkout(self, new: NewCheckout) -> SeenCheckout:
        """Open a page. Repeated calls with the same subscription give the same page."""
        ...

    def checkout(self, session_id: str) -> SeenCheckout | None: ...

    def open_checkouts(self, customer_id: str) -> Sequence[str]:
        """Ids of the customer's pages that can still be paid."""
        ...

    def expire_checkout(self, session_id: str) -> None:
        """Close the page. No error if it is no longer open."""
        ...

    def subscription(self, stripe_id: str) -> SeenSubscription | None: ...

    def cancel_at_period_end(self, stripe_id: str, key: str) -> None:
        """No error if it has ended."""
        ...

    def cancel_now(self, stripe_id: str, key: str) -> None:
        """No error if it has ended."""
        ...

    def invoice(self, invoice_id: str) -> SeenInvoice | None:
        """The invoice. None also for an invoice that does not belong to a subscription."""
        ...

    def invoices(self, stripe_id: str) -> Sequence[SeenInvoice]: ...

    def invoice_of_payment(self, payment_intent: str) -> SeenInvoice | None: ...

    def refund_invoice(self, invoice_id: str, key: str) -> Sequence[SeenRefund]:
        """Refund everything that was paid. No error for amounts that were refunded already."""
        ...

    def refund(self, refund_id: str) -> SeenRefund | None: ...

    def refunds_of_charge(self, charge_id: str) -> Sequence[SeenRefund]: ...

    def dispute(self, dispute_id: str) -> SeenDispute | None: ...

    def find_failed_charge(self, charge_id: str) -> FailedCharge | None: ...

    def portal(self, customer_id: str, return_url: str) -> str: ...

    def subscriptions(self) -> Iterator[SeenSubscription]:
        """All subscriptions, including ended ones, newest first."""
        ...

    def events_since(self, moment: int) -> Iterator[ReportedEvent]: ...
