"""Refunds and disputes: money that goes back."""

from local.standins.stripe.errors import invalid, missing
from local.standins.stripe.form import Params, whole
from local.standins.stripe.invoices import invoice_of, subscription_id_of
from local.standins.stripe.world import Thing, World

OUTCOMES = ("won", "lost")


def create_refund(world: World, params: Params) -> Thing:
    charge = _charge_of(world, params)
    left = charge["amount"] - charge["amount_refunded"]
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", "charge", "charge_already_refunded")
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} has been charged back.", "charge", "charge_disputed")
    amount = whole(params, "amount", left)
    if not 0 < amount <= left:
        raise invalid(f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left}).", "amount")
    refund = world.add(
        "refund",
        world.new_id("re"),
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason=params.get("reason"),
        status="succeeded",
        metadata=params.get("metadata", {}),
    )
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    world.move("refund", refund, -amount, refund["currency"], **_about(world, charge))
    world.tell("refund.created", refund)
    world.tell("charge.refunded", charge)
    return refund


def fail_refund(world: World, refund: Thing) -> Thing:
    """The customer's bank sent it back."""
    charge = world.find("charge", refund["charge"])
    refund.update(status="failed", failure_reason="expired_or_canceled_card")
    charge["amount_refunded"] -= refund["amount"]
    charge["refunded"] = False
    world.move("refund_failed", refund, refund["amount"], refund["currency"], **_about(world, charge))
    world.tell("refund.failed", refund)
    return refund


def list_refunds(world: World, params: Params) -> list[Thing]:
    return [
        refund
        for refund in world.every("refund")
        if params.get("charge") in (None, refund["charge"])
        and params.get("payment_intent") in (None, refund["payment_intent"])
    ]


def open_dispute(world: World, charge: Thing) -> Thing:
    """The customer's bank takes back what is left of a charge."""
    if charge["disputed"]:
        raise invalid(f"Charge {charge['id']} is disputed already.", "charge")
    dispute = world.add(
        "dispute",
        world.new_id("du"),
        amount=charge["amount"] - charge["amount_refunded"],
        charge=charge["id"],
        currency=charge["currency"],
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    charge["disputed"] = True
    world.move("dispute", dispute, -dispute["amount"], dispute["currency"], **_about(world, charge))
    world.tell("charge.dispute.created", dispute)
    world.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(world: World, dispute: Thing, outcome: str) -> Thing:
    if outcome not in OUTCOMES or dispute["status"] in OUTCOMES:
        raise invalid(f"A dispute that is {dispute['status']} cannot become {outcome}.", "outcome")
    dispute["status"] = outcome
    if outcome == "won":
        charge = world.find("charge", dispute["charge"])
        world.move("dispute_won", dispute, dispute["amount"], dispute["currency"], **_about(world, charge))
        world.tell("charge.dispute.funds_reinstated", dispute)
    world.tell("charge.dispute.closed", dispute)
    return dispute


def charge_of_intent(world: World, intent_id: str) -> Thing:
    charge_id = world.find("payment_intent", intent_id, "payment_intent")["latest_charge"]
    if charge_id is None:
        raise invalid(f"PaymentIntent {intent_id} does not have a successful charge to refund.", "payment_intent")
    return world.find("charge", charge_id)


def _charge_of(world: World, params: Params) -> Thing:
    if params.get("payment_intent"):
        return charge_of_intent(world, params["payment_intent"])
    if not params.get("charge"):
        raise missing("charge", "", "charge")
    return world.find("charge", params["charge"], "charge")


def _about(world: World, charge: Thing) -> Thing:
    invoice = invoice_of(world, charge["payment_intent"])
    return {
        "subscription": subscription_id_of(invoice),
        "invoice": invoice["id"],
        "customer": charge["customer"],
    }
