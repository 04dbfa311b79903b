"""Subscriptions: they begin after a payment, renew each month, fall behind, recover and end."""

from local.standins.stripe.cards import Means, means_of
from local.standins.stripe.errors import invalid, missing
from local.standins.stripe.form import Params, truth, whole
from local.standins.stripe.invoices import collect, create_invoice, finalize, subscription_id_of
from local.standins.stripe.world import Thing, World, month_later, shown

ENDED = ("canceled", "incomplete_expired")
DRAFT_SECONDS = 3_600
"""A renewal's invoice is a draft for an hour before it is collected."""


def begin(world: World, customer: Thing, price: Thing, metadata: dict[str, str], means: Means) -> Thing:
    """A subscription whose first invoice is paid, or is being paid by a debit."""
    subscription_id, now = world.new_id("sub"), world.now
    subscription = world.add(
        "subscription",
        subscription_id,
        billing_cycle_anchor=now,
        cancel_at=None,
        cancel_at_period_end=False,
        canceled_at=None,
        collection_method="charge_automatically",
        currency=price["currency"],
        customer=customer["id"],
        ended_at=None,
        items={
            "object": "list",
            "data": [
                {
                    "id": world.new_id("si"),
                    "object": "subscription_item",
                    "created": now,
                    "current_period_start": now,
                    "current_period_end": month_later(now, now),
                    "metadata": {},
                    "price": shown(price),
                    "quantity": 1,
                    "subscription": subscription_id,
                }
            ],
            "has_more": False,
            "url": f"/v1/subscription_items?subscription={subscription_id}",
        },
        latest_invoice=None,
        metadata=dict(metadata),
        start_date=now,
        status="incomplete",
        trial_end=None,
    )
    invoice = create_invoice(world, subscription, "subscription_create")
    finalize(world, invoice)
    world.tell("customer.subscription.created", subscription)
    if collect(world, invoice, means) in ("paid", "processing"):
        _become(world, subscription, "active")
    return subscription


def follow_payment(world: World, invoice: Thing, outcome: str) -> None:
    """What a try to collect an invoice means for its subscription."""
    subscription = world.objects[subscription_id_of(invoice)]
    if subscription["status"] in ENDED:
        return
    if outcome == "paid" and subscription["latest_invoice"] == invoice["id"]:
        _become(world, subscription, "active")
    elif outcome == "declined" and invoice["next_payment_attempt"] is None:
        end(world, subscription)
    elif outcome == "declined":
        _become(world, subscription, "past_due")


def renew(world: World, subscription: Thing) -> None:
    item = subscription["items"]["data"][0]
    start = item["current_period_end"]
    item.update(current_period_start=start, current_period_end=month_later(start, subscription["billing_cycle_anchor"]))
    invoice = create_invoice(world, subscription, "subscription_cycle")
    invoice["_due"] = start + DRAFT_SECONDS
    world.tell("customer.subscription.updated", subscription)


def collect_renewal(world: World, invoice: Thing) -> None:
    """The first try after the draft's hour, or another after a failure."""
    subscription = world.objects[subscription_id_of(invoice)]
    if invoice.pop("_due", None) is not None:
        finalize(world, invoice)
    invoice["next_payment_attempt"] = None
    if subscription["status"] not in ENDED:
        number = world.find("customer", subscription["customer"])["_number"]
        follow_payment(world, invoice, collect(world, invoice, means_of(number)))


def end(world: World, subscription: Thing) -> None:
    subscription.update(status="canceled", ended_at=world.now, canceled_at=subscription["canceled_at"] or world.now)
    for invoice in world.every("invoice"):
        if subscription_id_of(invoice) == subscription["id"] and invoice["status"] in ("draft", "open"):
            invoice.pop("_due", None)
            invoice["next_payment_attempt"] = None
    world.tell("customer.subscription.deleted", subscription)


def update_subscription(world: World, params: Params, subscription_id: str) -> Thing:
    subscription = world.find("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    if "cancel_at_period_end" in params:
        wanted = truth(params, "cancel_at_period_end")
        end_of_period = subscription["items"]["data"][0]["current_period_end"]
        subscription.update(
            cancel_at_period_end=wanted,
            cancel_at=end_of_period if wanted else None,
            canceled_at=world.now if wanted else None,
        )
    if "cancel_at" in params:
        subscription.update(cancel_at=whole(params, "cancel_at"), canceled_at=world.now)
    subscription["metadata"].update(params.get("metadata", {}))
    world.tell("customer.subscription.updated", subscription)
    return subscription


def cancel_subscription(world: World, _params: Params, subscription_id: str) -> Thing:
    """At once. One that has ended is as unknown to this call as one that never was."""
    subscription = world.find("subscription", subscription_id)
    if subscription["status"] in ENDED:
        raise missing("subscription", subscription_id)
    end(world, subscription)
    return subscription


def list_subscriptions(world: World, params: Params) -> list[Thing]:
    wanted = params.get("status", "")
    return [
        subscription
        for subscription in world.every("subscription")
        if params.get("customer") in (None, subscription["customer"])
        and (wanted == "all" or subscription["status"] == (wanted or subscription["status"]))
        and (wanted or subscription["status"] != "canceled")
    ]


def _become(world: World, subscription: Thing, status: str) -> None:
    if subscription["status"] != status:
        subscription["status"] = status
        world.tell("customer.subscription.updated", subscription)
