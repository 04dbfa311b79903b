"""Converts Stripe's objects of API version 2026-10-28 to our own values.

Stripe's objects are not dicts: members are attributes, and a missing one raises an error. Open-ended values (statuses,
types) stay text. Of a customer's data only ids are copied.
"""

from typing import Any

from shared.billing.inbox import our_id
from shared.billing.payments import (
    FailedCharge,
    ReportedEvent,
    SeenCheckout,
    SeenDispute,
    SeenInvoice,
    SeenRefund,
    SeenSubscription,
)

PAID = "paid"


def seen_checkout(session: Any) -> SeenCheckout:
    return SeenCheckout(
        session_id=session.id,
        status=session.status,
        url=session.url,
        expires_at=session.expires_at,
        stripe_id=_id(session.subscription),
    )


def seen_subscription(subscription: Any) -> SeenSubscription:
    """`latest_invoice` has to be expanded. Only the items have a period, and our subscriptions have one item."""
    item = subscription["items"].data[0]
    invoice = subscription.latest_invoice
    return SeenSubscription(
        stripe_id=subscription.id,
        subscription_id=_read_our_id(subscription),
        customer_id=_id(subscription.customer) or "",
        status=subscription.status,
        period_start=item.current_period_start,
        period_end=item.current_period_end,
        cancel_at=_cancel_at(subscription, item.current_period_end),
        paid=invoice is not None and invoice.status == PAID,
    )


def _cancel_at(subscription: Any, period_end: int) -> int | None:
    return period_end if subscription.cancel_at_period_end else subscription.cancel_at


def seen_invoice(invoice: Any) -> SeenInvoice | None:
    """None for an invoice that does not belong to a subscription."""
    details = getattr(invoice.parent, "subscription_details", None) if invoice.parent else None
    if details is None or not invoice.lines.data:
        return None
    period = invoice.lines.data[-1].period
    return SeenInvoice(
        invoice_id=invoice.id,
        stripe_id=_id(details.subscription) or "",
        subscription_id=_read_our_id(details),
        paid=invoice.status == PAID,
        amount_paid=invoice.amount_paid,
        currency=invoice.currency,
        period_start=period.start,
        period_end=period.end,
        paid_at=invoice.status_transitions.paid_at or invoice.created,
    )


def seen_refund(refund: Any) -> SeenRefund:
    return SeenRefund(
        refund_id=refund.id,
        status=refund.status,
        amount=refund.amount,
        currency=refund.currency,
        payment_intent=_id(refund.payment_intent),
        created=refund.created,
    )


def seen_dispute(dispute: Any) -> SeenDispute:
    return SeenDispute(
        dispute_id=dispute.id,
        status=dispute.status,
        amount=dispute.amount,
        currency=dispute.currency,
        payment_intent=_id(dispute.payment_intent),
        created=dispute.created,
    )


def seen_failed_charge(charge: Any) -> FailedCharge:
    card = getattr(charge.payment_method_details, "card", None) if charge.payment_method_details else None
    return FailedCharge(
        charge_id=charge.id,
        customer_id=_id(charge.customer),
        card=getattr(card, "fingerprint", None) if card else None,
    )


def seen_event(event: Any) -> ReportedEvent:
    about = event.data.object.to_dict()
    return ReportedEvent(
        event_id=event.id,
        type=event.type,
        object_id=about.get("id") or "",
        subscription_id=our_id(about),
        created=event.created,
    )


def _read_our_id(thing: Any) -> str | None:
    """Our subscription's id, from the object's metadata."""
    return our_id({"metadata": thing.metadata.to_dict()}) if thing.metadata else None


def _id(reference: Any) -> str | None:
    """The id of a referenced object, which may have been expanded."""
    return reference if reference is None or isinstance(reference, str) else reference.id
