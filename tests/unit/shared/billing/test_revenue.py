"""What goes back is booked in the currency that it goes back in."""

from shared.billing.payments import SeenDispute, SeenInvoice, SeenRefund
from shared.billing.revenue import dispute_entries, payment_entries, refund_entries

INVOICE = SeenInvoice(
    invoice_id="in_1",
    stripe_id="sub_1",
    subscription_id="mamsub_1",
    paid=True,
    amount_paid=1_900,
    currency="usd",
    period_start=1,
    period_end=2,
    paid_at=1,
)


def test_each_movement_has_its_own_currency() -> None:
    """A bank may dispute, and settle, in another than was charged."""
    dispute = SeenDispute(dispute_id="dp_1", status="won", amount=1_750, currency="eur", payment_intent="pi", created=3)
    refund = SeenRefund(refund_id="re_1", status="failed", amount=900, currency="gbp", payment_intent="pi", created=3)
    entries = [*payment_entries(INVOICE), *dispute_entries(dispute, INVOICE), *refund_entries(refund, INVOICE)]
    assert [(entry.amount, entry.currency) for entry in entries] == [
        (1_900, "USD"),
        (-1_750, "EUR"),
        (1_750, "EUR"),
        (-900, "GBP"),
        (900, "GBP"),
    ]
