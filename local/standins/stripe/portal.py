"""The billing portal: the customer's own page for the card, the open invoice and the end of a subscription."""

from local.standins.stripe.form import Params, needed
from local.standins.stripe.world import Thing, World


def create_session(world: World, params: Params) -> Thing:
    customer = world.find("customer", needed(params, "customer"), "customer")
    session_id = world.new_id("bps")
    return world.add(
        "billing_portal.session",
        session_id,
        customer=customer["id"],
        return_url=params.get("return_url"),
        url=f"{world.url}/p/session/{session_id}",
    )


def subscriptions_of(world: World, session: Thing) -> list[Thing]:
    return [one for one in world.every("subscription") if one["customer"] == session["customer"]]
