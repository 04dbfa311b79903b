"""Invoices of subscriptions and how they are paid: payment intents, charges, and the invoice payments between them."""

from local.standins.stripe.cards import Means, means_of
from local.standins.stripe.errors import StripeError
from local.standins.stripe.form import Params, needed
from local.standins.stripe.world import Thing, World

DEBIT_TAKES = 3 * 86_400
DUNNING = (3 * 86_400, 5 * 86_400, 7 * 86_400)
"""Seconds between the tries to collect a renewal; after the last the subscription is cancelled."""


def create_invoice(world: World, subscription: Thing, reason: str) -> Thing:
    """A draft of the subscription's current period."""
    item = subscription["items"]["data"][0]
    price = world.find("price", item["price"]["id"])
    period = {"start": item["current_period_start"], "end": item["current_period_end"]}
    details = {"subscription": subscription["id"], "metadata": dict(subscription["metadata"])}
    invoice = world.add(
        "invoice",
        world.new_id("in"),
        amount_due=price["unit_amount"],
        amount_paid=0,
        amount_remaining=price["unit_amount"],
        attempt_count=0,
        attempted=False,
        billing_reason=reason,
        collection_method="charge_automatically",
        currency=price["currency"],
        customer=subscription["customer"],
        lines={
            "object": "list",
            "data": [
                {
                    "id": world.new_id("il"),
                    "object": "line_item",
                    "amount": price["unit_amount"],
                    "currency": price["currency"],
                    "period": period,
                    "quantity": 1,
                    "parent": {
                        "type": "subscription_item_details",
                        "subscription_item_details": {
                            "subscription": subscription["id"],
                            "subscription_item": item["id"],
                            "proration": False,
                        },
                    },
                }
            ],
            "has_more": False,
            "url": "/v1/invoices/lines",
        },
        next_payment_attempt=None,
        number=f"MAM-{sum(1 for _ in world.every('invoice')) + 1:04}",
        parent={"type": "subscription_details", "quote_details": None, "subscription_details": details},
        status="draft",
        status_transitions={"finalized_at": None, "paid_at": None, "voided_at": None, "marked_uncollectible_at": None},
        total=price["unit_amount"],
    )
    subscription["latest_invoice"] = invoice["id"]
    world.tell("invoice.created", invoice)
    return invoice


def finalize(world: World, invoice: Thing) -> None:
    intent = world.add(
        "payment_intent",
        world.new_id("pi"),
        amount=invoice["amount_due"],
        currency=invoice["currency"],
        customer=invoice["customer"],
        latest_charge=None,
        status="requires_payment_method",
    )
    world.add(
        "invoice_payment",
        world.new_id("inpay"),
        amount_paid=None,
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
        status_transitions={"paid_at": None, "canceled_at": None},
    )
    invoice["status"] = "open"
    invoice["status_transitions"]["finalized_at"] = world.now
    world.tell("invoice.finalized", invoice)


def payment_of(world: World, invoice: Thing) -> tuple[Thing, Thing]:
    """The invoice payment and its payment intent."""
    payment = next(one for one in world.every("invoice_payment") if one["invoice"] == invoice["id"])
    return payment, world.find("payment_intent", payment["payment"]["payment_intent"])


def collect(world: World, invoice: Thing, means: Means) -> str:
    """`paid`, `declined`, or `processing` while a debit is on its way."""
    _, intent = payment_of(world, invoice)
    invoice["attempted"] = True
    invoice["attempt_count"] += 1
    if means.settles is not None:
        intent.update(status="processing", _due=world.now + DEBIT_TAKES, _number=means.number)
        world.tell("payment_intent.processing", intent)
        return "processing"
    charge = _charge(world, intent, means)
    if means.decline is not None:
        return _declined(world, invoice, intent, charge)
    settle(world, invoice, charge)
    return "paid"


def settle(world: World, invoice: Thing, charge: Thing) -> None:
    payment, intent = payment_of(world, invoice)
    subscription = world.objects.get(subscription_id_of(invoice), {})
    intent.update(status="succeeded", latest_charge=charge["id"])
    payment.update(status="paid", amount_paid=invoice["amount_due"])
    payment["status_transitions"]["paid_at"] = world.now
    invoice.update(
        status="paid", amount_paid=invoice["amount_due"], amount_remaining=0, next_payment_attempt=None, attempted=True
    )
    invoice["status_transitions"]["paid_at"] = world.now
    about = {"subscription": subscription.get("id"), "invoice": invoice["id"], "customer": invoice["customer"]}
    world.move("charge", charge, charge["amount"], charge["currency"], **about)
    world.tell("charge.succeeded", charge)
    world.tell("payment_intent.succeeded", intent)
    world.tell("invoice.paid", invoice)
    world.tell("invoice.payment_succeeded", invoice)
    world.tell("invoice_payment.paid", payment)


def settle_debit(world: World, intent: Thing) -> str:
    """What a debit comes to after its days: `paid` or `declined`."""
    means = means_of(intent.pop("_number"))
    intent.pop("_due")
    invoice = invoice_of(world, intent["id"])
    charge = _charge(world, intent, means)
    if not means.settles:
        return _declined(world, invoice, intent, charge)
    settle(world, invoice, charge)
    return "paid"


def invoice_of(world: World, intent_id: str) -> Thing:
    payment = next(one for one in world.every("invoice_payment") if one["payment"].get("payment_intent") == intent_id)
    return world.find("invoice", payment["invoice"])


def subscription_id_of(invoice: Thing) -> str:
    return invoice["parent"]["subscription_details"]["subscription"]


def pay_invoice(world: World, params: Params, invoice_id: str) -> Thing:
    from local.standins.stripe.subscriptions import follow_payment

    del params
    invoice = world.find("invoice", invoice_id)
    if invoice["status"] != "open":
        raise StripeError(400, f"Invoice is already {invoice['status']}", code="invoice_not_open")
    means = means_of(world.find("customer", invoice["customer"])["_number"] or "")
    outcome = collect(world, invoice, means)
    follow_payment(world, invoice, outcome)
    if outcome == "declined":
        raise StripeError(402, "Your card was declined.", type="card_error", code="card_declined")
    return invoice


def list_invoices(world: World, params: Params) -> list[Thing]:
    return [
        invoice
        for invoice in world.every("invoice")
        if params.get("subscription") in (None, subscription_id_of(invoice))
        and params.get("customer") in (None, invoice["customer"])
        and params.get("status") in (None, invoice["status"])
    ]


def list_invoice_payments(world: World, params: Params) -> list[Thing]:
    wanted = params.get("payment", {})
    if wanted and wanted.get("type") not in ("payment_intent", "charge"):
        needed(wanted, "type")
    return [
        payment
        for payment in world.every("invoice_payment")
        if params.get("invoice") in (None, payment["invoice"])
        and params.get("status") in (None, payment["status"])
        and wanted.get("payment_intent") in (None, payment["payment"].get("payment_intent"))
    ]


def _charge(world: World, intent: Thing, means: Means) -> Thing:
    succeeds = means.decline is None and means.settles is not False
    return world.add(
        "charge",
        world.new_id("ch"),
        amount=intent["amount"],
        amount_captured=intent["amount"] if succeeds else 0,
        amount_refunded=0,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        failure_code=None if succeeds else "card_declined",
        paid=succeeds,
        payment_intent=intent["id"],
        payment_method_details={"type": means.kind, means.kind: {"fingerprint": means.fingerprint}},
        refunded=False,
        status="succeeded" if succeeds else "failed",
    )


def _declined(world: World, invoice: Thing, intent: Thing, charge: Thing) -> str:
    intent.update(status="requires_payment_method", latest_charge=charge["id"])
    world.tell("charge.failed", charge)
    world.tell("payment_intent.payment_failed", intent)
    tries = invoice["attempt_count"]
    invoice["next_payment_attempt"] = (
        world.now + DUNNING[tries - 1]
        if invoice["billing_reason"] == "subscription_cycle" and tries <= len(DUNNING)
        else None
    )
    world.tell("invoice.payment_failed", invoice)
    return "declined"
