"""The ledger: every movement of money is one entry, which is written once and never changed.

An entry's id is made from Stripe's object, so that an event that arrives twice makes one entry. A refund is a separate
entry with a negative amount. A refund that comes back is one more entry.
"""

from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from shared.billing.payments import SeenDispute, SeenInvoice, SeenRefund
from shared.values import Frozen

FUNDS_WITHDRAWN = frozenset({"needs_response", "under_review", "won", "lost"})
"""Statuses of a dispute in which the bank has taken the money. Statuses that only warn have moved none."""


class RevenueKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"


class RevenueEvent(Frozen):
    """`amount` is signed, in minor units of `currency` (ISO 4217). Times are epoch seconds. The period is the one that
    the invoice pays for.
    """

    entry_id: str
    kind: RevenueKind
    amount: int
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    at: int
    subscription_id: str
    invoice_id: str
    period_start: int
    period_end: int


class RevenueLedger(Protocol):
    def add(self, entry: RevenueEvent) -> bool:
        """Add the entry. False if an entry with this id exists already, which stays unchanged."""
        ...


def payment_entries(invoice: SeenInvoice) -> list[RevenueEvent]:
    """The entries of an invoice. Empty if it is unpaid, free, or not ours."""
    if not invoice.paid or not invoice.amount_paid:
        return []
    paid = _Movement(amount=invoice.amount_paid, currency=invoice.currency, at=invoice.paid_at)
    return _entries(invoice, RevenueKind.PAYMENT, invoice.invoice_id, paid)


def refund_entries(refund: SeenRefund, invoice: SeenInvoice) -> list[RevenueEvent]:
    """The entries of a refund: none while it is pending, and a second one if the bank returns it."""
    if refund.status not in ("succeeded", "failed"):
        return []
    back = _Movement(amount=refund.amount, currency=refund.currency, at=refund.created)
    refunded = _entries(invoice, RevenueKind.REFUND, refund.refund_id, back.reversed)
    if refund.status == "succeeded":
        return refunded
    return refunded + _entries(invoice, RevenueKind.REFUND_FAILED, refund.refund_id, back)


def dispute_entries(dispute: SeenDispute, invoice: SeenInvoice) -> list[RevenueEvent]:
    if dispute.status not in FUNDS_WITHDRAWN:
        return []
    back = _Movement(amount=dispute.amount, currency=dispute.currency, at=dispute.created)
    withdrawn = _entries(invoice, RevenueKind.DISPUTE, dispute.dispute_id, back.reversed)
    if dispute.status != "won":
        return withdrawn
    return withdrawn + _entries(invoice, RevenueKind.DISPUTE_WON, dispute.dispute_id, back)


class _Movement(Frozen):
    """In the currency that moved: a bank may dispute in another than was charged."""

    amount: int
    currency: str
    at: int

    @property
    def reversed(self) -> "_Movement":
        return self.model_copy(update={"amount": -self.amount})


def _entries(invoice: SeenInvoice, kind: RevenueKind, object_id: str, moved: _Movement) -> list[RevenueEvent]:
    if invoice.subscription_id is None:
        return []
    return [
        RevenueEvent(
            entry_id=f"{kind}#{object_id}",
            kind=kind,
            amount=moved.amount,
            currency=moved.currency.upper(),
            at=moved.at,
            subscription_id=invoice.subscription_id,
            invoice_id=invoice.invoice_id,
            period_start=invoice.period_start,
            period_end=invoice.period_end,
        )
    ]
