"""Customers, and the means of payment that each pays with."""

from local.standins.stripe.cards import Means
from local.standins.stripe.form import Params
from local.standins.stripe.subscriptions import ENDED, end
from local.standins.stripe.world import Thing, World


def create_customer(world: World, params: Params) -> Thing:
    customer = world.add(
        "customer",
        world.new_id("cus"),
        email=params.get("email"),
        name=params.get("name"),
        metadata=params.get("metadata", {}),
        invoice_settings={"default_payment_method": None},
        _number=None,
    )
    world.tell("customer.created", customer)
    return customer


def update_customer(world: World, params: Params, customer_id: str) -> Thing:
    customer = world.find("customer", customer_id)
    customer.update({name: params[name] for name in ("email", "name") if name in params})
    customer["metadata"].update(params.get("metadata", {}))
    world.tell("customer.updated", customer)
    return customer


def delete_customer(world: World, _params: Params, customer_id: str) -> Thing:
    """Its subscriptions end at once; what remains of it says that it was here."""
    world.find("customer", customer_id)
    for subscription in world.every("subscription"):
        if subscription["customer"] == customer_id and subscription["status"] not in ENDED:
            end(world, subscription)
    world.objects[customer_id] = {"id": customer_id, "object": "customer", "deleted": True, "created": world.now}
    return {"id": customer_id, "object": "customer", "deleted": True}


def attach(world: World, customer: Thing, means: Means) -> None:
    """From now on the customer's invoices are paid with it."""
    method = world.add(
        "payment_method",
        world.new_id("pm"),
        type=means.kind,
        customer=customer["id"],
        card={"last4": means.number[-4:], "fingerprint": means.fingerprint} if means.kind == "card" else None,
    )
    customer["_number"] = means.number
    customer["invoice_settings"]["default_payment_method"] = method["id"]
    world.tell("payment_method.attached", method)
