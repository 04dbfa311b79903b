"""The effect of each type of event. Events of any other type, also future ones, are stored but change nothing."""

from enum import StrEnum

from shared.billing.inbox import StripeEvent
from shared.billing.settlement import Settlement

PAID = frozenset({"invoice.payment_succeeded", "invoice.paid"})
UNPAID = frozenset({"invoice.payment_failed", "invoice.payment_action_required"})
CHECKOUTS = frozenset(
    f"checkout.session.{end}" for end in ("completed", "async_payment_succeeded", "async_payment_failed", "expired")
)
SUBSCRIPTIONS = frozenset(
    f"customer.subscription.{end}" for end in ("created", "updated", "deleted", "paused", "resumed")
)
REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
REFUNDED_CHARGES = frozenset({"charge.refunded"})
DISPUTES = frozenset(
    f"charge.dispute.{end}" for end in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
FAILED_CHARGES = frozenset({"charge.failed"})
"""These events are counted, not applied: see `shared.billing.event_desk`."""
WANTED = PAID | UNPAID | CHECKOUTS | SUBSCRIPTIONS | REFUNDS | REFUNDED_CHARGES | DISPUTES | FAILED_CHARGES
"""The events that the webhook endpoint at Stripe has to be subscribed to (docs/operations.md)."""


class EventOutcome(StrEnum):
    APPLIED = "applied"
    IGNORED = "ignored"


def apply(event: StripeEvent, settlement: Settlement) -> EventOutcome:
    """Apply an event. Idempotent, and independent of the order of events."""
    if event.type not in WANTED or event.object_id is None:
        return EventOutcome.IGNORED
    _apply(event.type, event.object_id, event.subscription_id, settlement)
    return EventOutcome.APPLIED


def _apply(type_: str, object_id: str, subscription_id: str | None, settlement: Settlement) -> None:
    if type_ in CHECKOUTS:
        settlement.follow_checkout(object_id, subscription_id)
    elif type_ in SUBSCRIPTIONS:
        settlement.follow(object_id, subscription_id)
    elif type_ in PAID | UNPAID:
        settlement.book_invoice(object_id)
    elif type_ in REFUNDS:
        settlement.book_refund(object_id)
    elif type_ in REFUNDED_CHARGES:
        settlement.book_refunds_of(object_id)
    elif type_ in DISPUTES:
        settlement.book_dispute(object_id)
