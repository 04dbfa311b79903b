"""The effects of events: rows follow Stripe, every movement of money becomes a ledger entry, duplicates are undone.

Every step is idempotent and may crash anywhere: a retry of the event does the rest.
"""

from dataclasses import dataclass
from functools import cached_property

from shared.billing.following import Following
from shared.billing.payments import Payments, SeenInvoice, SeenRefund
from shared.billing.revenue import RevenueEvent, RevenueLedger, dispute_entries, payment_entries, refund_entries
from shared.billing.subscription import Subscription, Subscriptions, change_row, mark_undone


@dataclass(frozen=True)
class Settlement:
    payments: Payments
    subscriptions: Subscriptions
    ledger: RevenueLedger

    @cached_property
    def _following(self) -> Following:
        return Following(self.payments, self.subscriptions)

    def follow(self, stripe_id: str, subscription_id: str | None = None, *, paid_until: int = 0) -> Subscription | None:
        """Like `Following.follow`, but also undoes a duplicate."""
        return self._settle(self._following.follow(stripe_id, subscription_id, paid_until=paid_until))

    def follow_checkout(self, session_id: str, subscription_id: str | None) -> Subscription | None:
        return self._settle(self._following.follow_checkout(session_id, subscription_id))

    def book_invoice(self, invoice_id: str) -> None:
        """Book a paid invoice as one entry and as a paid period. The invoice of a duplicate is refunded at once."""
        invoice = self.payments.invoice(invoice_id)
        if invoice is None:
            return
        self._add(payment_entries(invoice))
        paid_until = invoice.period_end if invoice.paid else 0
        row = self.follow(invoice.stripe_id, invoice.subscription_id, paid_until=paid_until)
        if row is not None and row.duplicate_of is not None and invoice.paid:
            self._give_back(invoice)

    def book_refund(self, refund_id: str) -> None:
        refund = self.payments.refund(refund_id)
        if refund is not None:
            self._book_refund(refund)

    def book_refunds_of(self, charge_id: str) -> None:
        for refund in self.payments.refunds_of_charge(charge_id):
            self._book_refund(refund)

    def book_dispute(self, dispute_id: str) -> None:
        dispute = self.payments.dispute(dispute_id)
        invoice = self._invoice_of(dispute.payment_intent) if dispute else None
        if dispute is not None and invoice is not None:
            self._add(dispute_entries(dispute, invoice))

    def _book_refund(self, refund: SeenRefund) -> None:
        invoice = self._invoice_of(refund.payment_intent)
        if invoice is not None:
            self._add(refund_entries(refund, invoice))

    def _settle(self, row: Subscription | None) -> Subscription | None:
        """End a duplicate at once, and refund everything that was paid for it."""
        if row is None or not row.to_undo or row.stripe_id is None:
            return row
        self.payments.cancel_now(row.stripe_id, f"cancel-duplicate:{row.subscription_id}")
        for invoice in self.payments.invoices(row.stripe_id):
            if invoice.paid:
                self._give_back(invoice)
        return change_row(self.subscriptions, row, mark_undone)

    def _give_back(self, invoice: SeenInvoice) -> None:
        self._add(payment_entries(invoice))
        for refund in self.payments.refund_invoice(invoice.invoice_id, f"refund-duplicate:{invoice.invoice_id}"):
            self._add(refund_entries(refund, invoice))

    def _invoice_of(self, payment_intent: str | None) -> SeenInvoice | None:
        return self.payments.invoice_of_payment(payment_intent) if payment_intent else None

    def _add(self, entries: list[RevenueEvent]) -> None:
        for entry in entries:
            self.ledger.add(entry)
