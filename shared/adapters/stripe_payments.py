"""Stripe through its SDK. Only this module imports `stripe`, and it pins the API version that it was written for.

Stripe's metadata carry our own ids, so that each of our objects there names its owner.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import Any, TypeVar

import stripe
from stripe import StripeClient

from shared.adapters.stripe_objects import (
    seen_checkout,
    seen_dispute,
    seen_event,
    seen_failed_charge,
    seen_invoice,
    seen_refund,
    seen_subscription,
)
from shared.billing.inbox import OUR_ID
from shared.billing.payments import (
    FailedCharge,
    NewCheckout,
    PaymentsUnavailable,
    ReportedEvent,
    SeenCheckout,
    SeenDispute,
    SeenInvoice,
    SeenRefund,
    SeenSubscription,
)
from shared.billing.plan import Plan

API_VERSION = "2026-10-28.endive"
RETRIES = 2
TIMEOUT_SECONDS = 8.0
PAGE = 100
TAXED = {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}}
ALREADY_THERE = "resource_already_exists"
GIVEN_BACK = frozenset({"charge_already_refunded", "charge_disputed"})

Found = TypeVar("Found")


class StripePayments:
    """Implements `shared.billing.payments.Payments`."""

    def __init__(self, api_key: str, base_url: str | None = None, *, http_client: Any = None) -> None:
        """`base_url` is None for Stripe itself. `http_client` replaces the SDK's own client in tests."""
        self._stripe = StripeClient(
            api_key,
            stripe_version=API_VERSION,
            base_addresses={"api": base_url} if base_url else {},
            max_network_retries=RETRIES,
            http_client=http_client or stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        )
        self._v1: Any = self._stripe.v1

    def price(self, plan: Plan) -> str:
        found = _ask(lambda: self._v1.prices.list({"lookup_keys": [plan.price_key], "limit": 1})).data
        if found:
            return found[0].id
        product = self._product(plan)
        new = {
            "product": product,
            "currency": plan.price.currency.lower(),
            "unit_amount": plan.price.amount_cents,
            "recurring": {"interval": plan.price.interval},
            "lookup_key": plan.price_key,
            # Customers pay exactly the price shown: no tax is added to it.
            "tax_behavior": "inclusive",
        }
        return _ask(lambda: self._v1.prices.create(new, _with_key(f"price:{plan.price_key}"))).id

    def customer(self, account_id: str, email: str | None) -> str:
        """Create the account's customer. If the account's address changed before a retry, the retry is a new intent."""
        new = {**({"email": email} if email else {}), "metadata": {"mam_account": account_id}}
        key = f"customer:{account_id}:{sha256((email or '').encode()).hexdigest()[:16]}"
        return _ask(lambda: self._v1.customers.create(new, _with_key(key))).id

    def forget_customer(self, customer_id: str) -> None:
        _unless(_is_missing, lambda: self._v1.customers.delete(customer_id))

    def open_checkout(self, new: NewCheckout) -> SeenCheckout:
        ours = {OUR_ID: new.subscription_id}
        session = {
            "mode": "subscription",
            "customer": new.customer_id,
            "client_reference_id": new.subscription_id,
            "line_items": [{"price": new.price_id, "quantity": 1}],
            "success_url": new.success_url,
            "cancel_url": new.cancel_url,
            "metadata": ours,
            "subscription_data": {"metadata": ours},
            **(TAXED if new.tax else {}),
        }
        key = f"checkout:{new.subscription_id}"
        return seen_checkout(_ask(lambda: self._v1.checkout.sessions.create(session, _with_key(key))))

    def checkout(self, session_id: str) -> SeenCheckout | None:
        return _found(lambda: seen_checkout(self._v1.checkout.sessions.retrieve(session_id)))

    def open_checkouts(self, customer_id: str) -> Sequence[str]:
        wanted = {"customer": customer_id, "status": "open"}
        return [session.id for session in self._every(lambda page: self._v1.checkout.sessions.list({**wanted, **page}))]

    def expire_checkout(self, session_id: str) -> None:
        _unless(_is_refused, lambda: self._v1.checkout.sessions.expire(session_id))

    def subscription(self, stripe_id: str) -> SeenSubscription | None:
        wanted = {"expand": ["latest_invoice"]}
        return _found(lambda: seen_subscription(self._v1.subscriptions.retrieve(stripe_id, wanted)))

    def cancel_at_period_end(self, stripe_id: str, key: str) -> None:
        wanted = {"cancel_at_period_end": True}
        _unless(_is_refused, lambda: self._v1.subscriptions.update(stripe_id, wanted, _with_key(key)))

    def cancel_now(self, stripe_id: str, key: str) -> None:
        """End a subscription now. Stripe accepts no idempotency key here and needs none: an ended one is
        unknown to it.
        """
        del key
        _unless(_is_missing, lambda: self._v1.subscriptions.cancel(stripe_id))

    def invoice(self, invoice_id: str) -> SeenInvoice | None:
        return _found(lambda: seen_invoice(self._v1.invoices.retrieve(invoice_id)))

    def invoices(self, stripe_id: str) -> Sequence[SeenInvoice]:
        listed = self._every(lambda page: self._v1.invoices.list({"subscription": stripe_id, **page}))
        return [invoice for invoice in map(seen_invoice, listed) if invoice is not None]

    def invoice_of_payment(self, payment_intent: str) -> SeenInvoice | None:
        """The invoice of a payment. Charges, refunds and disputes do not name one, but invoice payments name the
        intent.
        """
        wanted = {"payment": {"type": "payment_intent", "payment_intent": payment_intent}, "limit": 1}
        found = _ask(lambda: self._v1.invoice_payments.list(wanted)).data
        return self.invoice(str(found[0].invoice)) if found else None

    def refund_invoice(self, invoice_id: str, key: str) -> Sequence[SeenRefund]:
        wanted = {"invoice": invoice_id, "status": "paid", "limit": PAGE}
        intents = [paid.payment.payment_intent for paid in _ask(lambda: self._v1.invoice_payments.list(wanted)).data]
        return [refund for intent in intents for refund in self._refund(str(intent), key)]

    def refund(self, refund_id: str) -> SeenRefund | None:
        return _found(lambda: seen_refund(self._v1.refunds.retrieve(refund_id)))

    def refunds_of_charge(self, charge_id: str) -> Sequence[SeenRefund]:
        return [
            seen_refund(one) for one in self._every(lambda page: self._v1.refunds.list({"charge": charge_id, **page}))
        ]

    def dispute(self, dispute_id: str) -> SeenDispute | None:
        return _found(lambda: seen_dispute(self._v1.disputes.retrieve(dispute_id)))

    def find_failed_charge(self, charge_id: str) -> FailedCharge | None:
        return _found(lambda: seen_failed_charge(self._v1.charges.retrieve(charge_id)))

    def portal(self, customer_id: str, return_url: str) -> str:
        new = {"customer": customer_id, "return_url": return_url}
        return _ask(lambda: self._v1.billing_portal.sessions.create(new)).url

    def subscriptions(self) -> Iterator[SeenSubscription]:
        wanted = {"status": "all", "expand": ["data.latest_invoice"]}
        return map(seen_subscription, self._every(lambda page: self._v1.subscriptions.list({**wanted, **page})))

    def events_since(self, moment: int) -> Iterator[ReportedEvent]:
        return map(seen_event, self._every(lambda page: self._v1.events.list({"created": {"gte": moment}, **page})))

    def _product(self, plan: Plan) -> str:
        """The agent's product. Its id is made from the agent, so that a second caller finds the same product."""
        product_id = f"mam_{plan.slug}"
        new = {"id": product_id, "name": plan.name, "description": f"{plan.runs} runs a {plan.price.interval}"}
        _unless(_exists_already, lambda: self._v1.products.create(new))
        return product_id

    def _refund(self, payment_intent: str, key: str) -> Sequence[SeenRefund]:
        new = {"payment_intent": payment_intent, "metadata": {"reason": "duplicate"}, "reason": "duplicate"}
        _unless(_is_given_back, lambda: self._v1.refunds.create(new, _with_key(f"{key}:{payment_intent}")))
        return self._refunds({"payment_intent": payment_intent})

    def _refunds(self, wanted: dict[str, str]) -> list[SeenRefund]:
        return [seen_refund(one) for one in self._every(lambda page: self._v1.refunds.list({**wanted, **page}))]

    def _every(self, ask: Callable[[dict[str, Any]], Any]) -> Iterator[Any]:
        page: dict[str, Any] = {"limit": PAGE}
        while True:
            answer = _ask(lambda asked=page: ask(asked))
            yield from answer.data
            if not answer.has_more:
                return
            page = {"limit": PAGE, "starting_after": answer.data[-1].id}


def _with_key(key: str) -> dict[str, str]:
    return {"idempotency_key": key}


def _ask(ask: Callable[[], Found]) -> Found:
    """Call Stripe. Temporary failures (no connection, throttled, 5xx) raise PaymentsUnavailable; others are our
    bugs.
    """
    try:
        return ask()
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise PaymentsUnavailable(type(error).__name__) from error
    except stripe.APIError as error:
        raise PaymentsUnavailable(f"{type(error).__name__} {error.http_status}") from error
    except stripe.StripeError as error:
        if (error.http_status or 0) >= 500 or error.http_status == 409:
            raise PaymentsUnavailable(f"{type(error).__name__} {error.http_status}") from error
        raise


def _found(ask: Callable[[], Found]) -> Found | None:
    return _unless(_is_missing, ask)


def _unless(expected: Callable[[stripe.InvalidRequestError], bool], ask: Callable[[], Found]) -> Found | None:
    try:
        return _ask(ask)
    except stripe.InvalidRequestError as error:
        if expected(error):
            return None
        raise


def _is_missing(error: stripe.InvalidRequestError) -> bool:
    return error.http_status == 404 and _code(error) == "resource_missing"


def _exists_already(error: stripe.InvalidRequestError) -> bool:
    return _code(error) == ALREADY_THERE


def _is_given_back(error: stripe.InvalidRequestError) -> bool:
    return _code(error) in GIVEN_BACK


def _is_refused(error: stripe.InvalidRequestError) -> bool:
    """Whether Stripe refused because the page is no longer open or the subscription has ended; it has no code
    for this.
    """
    return error.http_status in (400, 404)


def _code(error: stripe.InvalidRequestError) -> str | None:
    return error.code
