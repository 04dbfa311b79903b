"""Checkout sessions. The subscription begins when the hosted page was paid, not when the session was opened."""

from local.standins.stripe.cards import Means, means_of
from local.standins.stripe.customers import attach
from local.standins.stripe.errors import StripeError, invalid
from local.standins.stripe.form import Params, needed, whole
from local.standins.stripe.invoices import DEBIT_TAKES
from local.standins.stripe.subscriptions import begin
from local.standins.stripe.world import Thing, World

OPEN_SECONDS = 24 * 3_600
MOST_TRIES = 10
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def create_session(world: World, params: Params) -> Thing:
    if needed(params, "mode") != "subscription":
        raise invalid("This stand-in has mode=subscription only.", "mode")
    [item] = needed(params, "line_items")
    price = world.find("price", item["price"], "line_items[0][price]")
    customer = world.find("customer", needed(params, "customer"), "customer")
    session_id = world.new_id("cs_test")
    data = params.get("subscription_data", {})
    expires_at = whole(params, "expires_at", world.now + OPEN_SECONDS)
    if not world.now + 30 * 60 - 60 <= expires_at <= world.now + OPEN_SECONDS:
        raise invalid("expires_at must be between 30 minutes and 24 hours from now.", "expires_at")
    return world.add(
        "checkout.session",
        session_id,
        amount_total=price["unit_amount"],
        cancel_url=params.get("cancel_url"),
        client_reference_id=params.get("client_reference_id"),
        currency=price["currency"],
        customer=customer["id"],
        expires_at=expires_at,
        invoice=None,
        mode="subscription",
        payment_status="unpaid",
        status="open",
        subscription=None,
        success_url=needed(params, "success_url"),
        ui_mode="hosted_page",
        url=f"{world.url}/c/pay/{session_id}",
        metadata=params.get("metadata", {}),
        _price=price["id"],
        _metadata=data.get("metadata", {}),
        _tries=0,
        _secure=None,
    )


def expire_session(world: World, _params: Params, session_id: str) -> Thing:
    session = world.find("checkout.session", session_id)
    if session["status"] != "open":
        raise invalid(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
        )
    return close(world, session)


def list_sessions(world: World, params: Params) -> list[Thing]:
    return [
        session
        for session in world.every("checkout.session")
        if all(params.get(name) in (None, session[name]) for name in ("customer", "status", "subscription"))
    ]


def close(world: World, session: Thing) -> Thing:
    session.update(status="expired", url=None)
    world.tell("checkout.session.expired", session)
    return session


class NeedsPerson(Exception):
    """The bank wants the card's owner to confirm (3-D Secure)."""


def pay(world: World, session: Thing, number: str, *, confirmed: bool | None = None) -> Thing:
    """What the hosted page does with a number. `confirmed` is what its owner told the bank, null before being asked.

    Raises NeedsPerson, or StripeError where the payment is refused; the session stays open then.
    """
    if session["status"] != "open" or world.now >= session["expires_at"]:
        raise invalid("This checkout is over: it was paid, or it has expired.", code="session_not_open")
    if session["_tries"] >= MOST_TRIES:
        raise StripeError(429, "Too many tries with this checkout. Try again later.", code="rate_limit")
    means = means_of(number)
    if means.needs_person and confirmed is None:
        session["_secure"] = means.number
        raise NeedsPerson
    session["_tries"] += 1
    if means.decline is not None or confirmed is False:
        raise _refused(world, session, means)
    return _complete(world, session, means)


def _refused(world: World, session: Thing, means: Means) -> StripeError:
    reason = means.decline or "authentication_required"
    charge = world.add(
        "charge",
        world.new_id("ch"),
        amount=session["amount_total"],
        amount_refunded=0,
        currency=session["currency"],
        customer=session["customer"],
        failure_code="card_declined",
        paid=False,
        payment_intent=world.new_id("pi"),
        payment_method_details={"type": means.kind, means.kind: {"fingerprint": means.fingerprint}},
        status="failed",
    )
    world.tell("charge.failed", charge)
    return StripeError(402, f"Your card was declined ({reason}).", type="card_error", code="card_declined")


def _complete(world: World, session: Thing, means: Means) -> Thing:
    customer = world.find("customer", session["customer"])
    attach(world, customer, means)
    subscription = begin(world, customer, world.find("price", session["_price"]), session["_metadata"], means)
    paid = world.find("invoice", subscription["latest_invoice"])["status"] == "paid"
    session.update(
        status="complete",
        payment_status="paid" if paid else "unpaid",
        subscription=subscription["id"],
        invoice=subscription["latest_invoice"],
        url=None,
    )
    if not paid:
        session["_settles_at"] = world.now + DEBIT_TAKES
    world.tell("checkout.session.completed", session)
    return session


def tell_debit(world: World, session: Thing) -> None:
    """The debit of a completed session has come in, or not."""
    session.pop("_settles_at")
    paid = world.find("invoice", session["invoice"])["status"] == "paid"
    if paid:
        session["payment_status"] = "paid"
    world.tell(f"checkout.session.async_payment_{'succeeded' if paid else 'failed'}", session)


def success_address(session: Thing) -> str:
    return session["success_url"].replace(PLACEHOLDER, session["id"])
