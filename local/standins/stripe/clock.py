"""What happens by itself as time passes: renewals, collections, debits, ends, and what expires."""

from collections.abc import Callable, Iterator

from local.standins.stripe import checkout, invoices, subscriptions
from local.standins.stripe.world import Thing, World

INCOMPLETE_SECONDS = 23 * 3_600

Deed = tuple[int, int, Callable[[World, Thing], object], Thing]
"""When it is due, its rank among what is due at once, and what is done to which object."""


def pass_time(world: World, seconds: float = 0) -> None:
    """Move the clock on, step by step, so that everything happens at its own time and in its own order."""
    target = world.now + seconds
    began = world.offset
    while (deed := min(_deeds(world), key=lambda deed: deed[:2], default=None)) is not None and deed[0] <= target:
        due, _, do, thing = deed
        world.offset += max(0, due - world.now)
        do(world, thing)
    world.offset = began + seconds


def _deeds(world: World) -> Iterator[Deed]:
    for subscription in world.every("subscription"):
        yield from _of_subscription(subscription)
    for invoice in world.every("invoice"):
        due = invoice.get("_due") or invoice["next_payment_attempt"]
        if due is not None:
            yield due, 2, subscriptions.collect_renewal, invoice
    for intent in world.every("payment_intent"):
        if "_due" in intent:
            yield intent["_due"], 3, _settle_debit, intent
    for session in world.every("checkout.session"):
        if session["status"] == "open":
            yield session["expires_at"], 5, checkout.close, session
        if "_settles_at" in session:
            yield session["_settles_at"], 4, checkout.tell_debit, session


def _of_subscription(subscription: Thing) -> Iterator[Deed]:
    status, period_end = subscription["status"], subscription["items"]["data"][0]["current_period_end"]
    if status in subscriptions.ENDED:
        return
    if status == "incomplete":
        yield subscription["created"] + INCOMPLETE_SECONDS, 1, _give_up, subscription
        return
    if subscription["cancel_at"] is not None:
        yield subscription["cancel_at"], 0, subscriptions.end, subscription
    yield period_end, 1, subscriptions.renew, subscription


def _give_up(world: World, subscription: Thing) -> None:
    subscription.update(status="incomplete_expired", ended_at=world.now)
    world.tell("customer.subscription.updated", subscription)


def _settle_debit(world: World, intent: Thing) -> None:
    invoice = invoices.invoice_of(world, intent["id"])
    subscriptions.follow_payment(world, invoice, invoices.settle_debit(world, intent))
