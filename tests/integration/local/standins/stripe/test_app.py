"""The Stripe stand-in over a socket: the real SDK at its API, a browser at its pages, its events at a webhook."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
import stripe
from stripe import StripeClient

from local.standins.stripe.app import create_app
from local.standins.stripe.cards import DEBIT, DECLINE, FAILING_DEBIT, SECURE, SUCCESS
from local.standins.stripe.delivery import Deliveries
from local.standins.stripe.mode import ModeName, StripeMode
from local.standins.stripe.world import World
from shared.adapters.stripe_payments import API_VERSION
from tests.fakes.served import served

KEY, SECRET = "sk_test_x", "whsec_x"
BACK = "https://mam.test/done?s={CHECKOUT_SESSION_ID}"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[SimpleNamespace]:
    app = create_app(tmp_path)
    with served(app) as address:
        app.state.world.url = f"http://{address}"
        client = StripeClient(
            KEY, base_addresses={"api": f"http://{address}"}, max_network_retries=0, stripe_version=API_VERSION
        )
        with httpx2.Client(base_url=f"http://{address}", trust_env=False) as browser:
            yield SimpleNamespace(world=app.state.world, v1=client.v1, browser=browser, folder=tmp_path)


def a_session(service: Any, **more: Any) -> Any:
    product = service.v1.products.create({"name": "<b>Price</b> Watch"})
    recurring = {"interval": "month"}
    price = service.v1.prices.create(
        {"product": product.id, "currency": "usd", "unit_amount": 1_900, "recurring": recurring}
    )
    customer = service.v1.customers.create({"email": "ann@x.test"})
    return service.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": BACK,
            "cancel_url": "https://mam.test/left",
            **more,
        }
    )


def pay(service: Any, session: Any, number: str) -> httpx2.Response:
    return service.browser.post(f"/c/pay/{session.id}", data={"number": number})


def test_a_page_is_shown_paid_once_and_leads_back(service: Any) -> None:
    session = a_session(service)
    page = service.browser.get(f"/c/pay/{session.id}")
    assert page.status_code == 200
    assert "19.00 USD a month" in page.text
    assert "&lt;b&gt;Price" in page.text
    assert "<b>" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    answer = pay(service, session, "4242 4242 4242 4242")
    assert (answer.status_code, answer.headers["location"]) == (303, f"https://mam.test/done?s={session.id}")
    done = service.v1.checkout.sessions.retrieve(session.id, {"expand": ["subscription.latest_invoice"]})
    assert (done.status, done.payment_status, done.subscription.status) == ("complete", "paid", "active")
    assert done.subscription.latest_invoice.parent.subscription_details.subscription == done.subscription.id
    assert pay(service, session, SUCCESS).status_code == 410
    assert len(service.v1.subscriptions.list({"status": "all"}).data) == 1


def test_a_declined_card_leaves_the_page_open(service: Any) -> None:
    session = a_session(service)
    answer = pay(service, session, DECLINE)
    assert (answer.status_code, "declined" in answer.text) == (402, True)
    assert service.v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(("said", "status"), [("yes", "complete"), ("no", "open")])
def test_a_card_with_3_d_secure_asks_its_owner(service: Any, said: str, status: str) -> None:
    session = a_session(service)
    assert "Your bank asks" in pay(service, session, SECURE).text
    assert service.v1.checkout.sessions.retrieve(session.id).status == "open"
    service.browser.post(f"/c/pay/{session.id}/confirm", data={"confirmed": said})
    assert service.v1.checkout.sessions.retrieve(session.id).status == status


@pytest.mark.parametrize(("number", "event"), [(DEBIT, "succeeded"), (FAILING_DEBIT, "failed")])
def test_a_debit_is_known_after_days(service: Any, number: str, event: str) -> None:
    session = a_session(service)
    assert pay(service, session, number).status_code == 303
    assert service.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    assert service.browser.post("/_standin/clock", json={"seconds": 4 * 86_400}).status_code == 200
    types = {one.type for one in service.v1.events.list({"limit": 100}).data}
    assert f"checkout.session.async_payment_{event}" in types


def test_leaving_leads_to_where_the_customer_came_from(service: Any) -> None:
    session = a_session(service)
    assert service.browser.post(f"/c/pay/{session.id}/leave").headers["location"] == "https://mam.test/left"
    assert service.browser.get("/c/pay/cs_test_nobody").status_code == 404


def test_a_key_with_the_same_parameters_replays_and_with_others_is_an_error(service: Any) -> None:
    keyed = {"idempotency_key": "k"}
    first = service.v1.customers.create({"email": "a@x.test"}, keyed)
    again = service.v1.customers.create({"email": "a@x.test"}, keyed)
    assert first.id == again.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError, match="same parameters"):
        service.v1.customers.create({"email": "b@x.test"}, keyed)


def test_what_was_refused_before_anything_was_done_is_not_replayed(service: Any) -> None:
    keyed = {"idempotency_key": "k"}
    with pytest.raises(stripe.InvalidRequestError):
        service.v1.refunds.create({"payment_intent": "pi_nobody"}, keyed)
    assert service.v1.refunds.create.__name__
    assert "k" not in service.world.keys


def test_a_key_is_forgotten_after_a_day(service: Any) -> None:
    keyed = {"idempotency_key": "k"}
    first = service.v1.customers.create({"email": "a@x.test"}, keyed)
    service.world.offset += 25 * 3_600
    assert service.v1.customers.create({"email": "a@x.test"}, keyed).id != first.id


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda v1: v1.customers.create({"emial": "x"}), "parameter_unknown"),
        (lambda v1: v1.products.create({}), "parameter_missing"),
        (lambda v1: v1.subscriptions.retrieve("sub_nobody"), "resource_missing"),
        (lambda v1: v1.invoices.list({"limit": "many"}), "parameter_invalid_integer"),
    ],
)
def test_mistakes_are_told_as_stripe_tells_them(service: Any, ask: Any, code: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        ask(service.v1)
    assert refused.value.code == code


def test_lists_have_pages(service: Any) -> None:
    made = [service.v1.customers.create({"email": f"{number}@x.test"}).id for number in range(5)]
    events = [one.data.object.id for one in service.v1.events.list({"limit": 2}).auto_paging_iter()]
    assert events == made[::-1]


def test_modes_fail_answer_late_or_lose_the_answer(service: Any) -> None:
    for mode, made in (("broken", 0), ("lost_answer", 1)):
        before = len(list(service.world.every("customer")))
        told = service.browser.put("/_standin/mode", json={"mode": mode, "times": 1})
        assert told.status_code == 200
        with pytest.raises(stripe.APIError):
            service.v1.customers.create({"email": "a@x.test"})
        assert len(list(service.world.every("customer"))) - before == made
    assert service.browser.put("/_standin/mode", json={"mode": "nonsense"}).status_code == 422


def test_orders_stand_for_the_dashboard_and_the_bank(service: Any) -> None:
    session = a_session(service)
    pay(service, session, SUCCESS)
    [subscription] = service.v1.subscriptions.list({}).data
    order = {"subscription": subscription.id}
    for do, status in (("win", 404), ("refund", 200), ("refund", 400), ("fly", 422)):
        amount = {"amount": 1_900} if do == "refund" else {}
        assert service.browser.post("/_standin/orders", json={**order, "do": do, **amount}).status_code == status
    assert [one["amount"] for one in service.browser.get("/_standin/money").json()] == [1_900, -1_900]


def test_the_portal_changes_the_card_pays_what_is_open_and_cancels(service: Any) -> None:
    session = a_session(service)
    pay(service, session, SUCCESS)
    [subscription] = service.v1.subscriptions.list({}).data
    portal = service.v1.billing_portal.sessions.create({"customer": subscription.customer, "return_url": BACK})
    where = portal.url.removeprefix(service.world.url)
    service.browser.post(where, data={"do": "card", "number": "4000 0000 0000 0341"})
    service.browser.post("/_standin/clock", json={"seconds": 32 * 86_400})
    behind = service.v1.subscriptions.retrieve(subscription.id)
    assert behind.status == "past_due"
    service.browser.post(where, data={"do": "card", "number": SUCCESS})
    service.browser.post(where, data={"do": "pay", "invoice": behind.latest_invoice})
    assert service.v1.subscriptions.retrieve(subscription.id).status == "active"
    service.browser.post(where, data={"do": "cancel", "subscription": subscription.id})
    assert service.v1.subscriptions.retrieve(subscription.id).cancel_at_period_end is True
    wrong = service.browser.post(where, data={"do": "pay", "invoice": "in_of_somebody_else"})
    assert "not possible" in wrong.text


def test_what_happened_survives_a_restart(service: Any) -> None:
    session = a_session(service)
    pay(service, session, SUCCESS)
    again = World(service.folder / "stripe.json")
    assert again.objects == service.world.objects
    assert (again.outbox, again.money) == (service.world.outbox, service.world.money)


class Webhook:
    """Answers with each of the statuses in turn, then 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.got: list[str] = []

    async def __call__(self, body: bytes, signed: str) -> int:
        assert stripe.WebhookSignature.verify_header(body, signed, SECRET, 300)
        self.got.append(json.loads(body)["id"])
        return self.statuses.pop(0) if self.statuses else 200


def deliveries(webhook: Webhook, mode: ModeName, events: int = 6) -> tuple[World, Deliveries]:
    world = World(seed=3)
    for number in range(events):
        world.tell("nobody.knows", {"id": f"x_{number}", "object": "x"})
    return world, Deliveries(world, webhook, SECRET, lambda: StripeMode(mode=mode, seconds=0))


def test_calm_events_come_once_and_in_order() -> None:
    webhook = Webhook()
    world, sender = deliveries(webhook, ModeName.CALM)
    made = list(world.outbox)
    asyncio.run(sender.portion())
    assert (webhook.got, world.outbox) == (made, [])


def test_usually_events_come_a_moment_later_some_twice_and_some_swapped(monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = Webhook()
    world, sender = deliveries(webhook, ModeName.OK, events=40)
    made = list(world.outbox)
    asyncio.run(sender.portion())
    assert webhook.got == []
    later = time.monotonic() + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    asyncio.run(sender.portion())
    assert set(webhook.got) == set(made)
    assert webhook.got[: len(made)] != made
    assert len(webhook.got) > len(made)


@pytest.mark.parametrize("mode", [ModeName.DUPLICATE, ModeName.REORDER, ModeName.DROP, ModeName.DELAY])
def test_whatever_happens_on_the_way_each_event_arrives(mode: ModeName, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = Webhook()
    world, sender = deliveries(webhook, mode)
    made, now = list(world.outbox), time.monotonic()
    for step in range(4):
        monkeypatch.setattr(time, "monotonic", lambda step=step: now + 10 * step)
        asyncio.run(sender.portion())
    assert set(webhook.got) == set(made)
    assert (len(webhook.got) > len(made)) is (mode is ModeName.DUPLICATE)
    assert world.outbox == []


def test_an_event_that_is_not_taken_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    webhook = Webhook(500, 0, 400)
    world, sender = deliveries(webhook, ModeName.CALM, events=1)
    now = time.monotonic()
    for step in range(5):
        monkeypatch.setattr(time, "monotonic", lambda step=step: now + 100 * step)
        asyncio.run(sender.portion())
    assert len(webhook.got) == 4
    assert world.outbox == []
