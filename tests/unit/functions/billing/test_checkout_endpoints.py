"""Checkouts, subscriptions, cancelling: what customers see of them, and how often Stripe is asked."""

from collections.abc import Callable

import httpx2
import pytest
from fastapi.testclient import TestClient

from local.standins.stripe.cards import DEBIT, DECLINE, SUCCESS
from local.standins.stripe.errors import StripeError
from shared.billing.payments import PaymentsUnavailable
from tests.fakes.crashes import Crash, Crashes
from tests.fakes.money_world import MoneyWorld

CHECKOUT, DAY = "/api/v1/agents/price-watch/checkout", 86_400


def open_checkout(client: TestClient) -> dict[str, str]:
    answer = client.post(CHECKOUT)
    assert answer.status_code == 200, answer.text
    return answer.json()


def subscribe(client: TestClient, world: MoneyWorld, number: str = SUCCESS) -> str:
    subscription_id = open_checkout(client)["subscription_id"]
    world.pay(world.row(subscription_id), number)
    world.deliver_all()
    return subscription_id


def asked(world: MoneyWorld, do: Callable[[], httpx2.Response]) -> list[str]:
    """What Stripe was asked meanwhile."""
    world.sdk.calls.clear()
    answer = do()
    assert answer.status_code == 200, answer.text
    return world.sdk.calls


def test_a_checkout_tells_the_whole_price_and_where_to_pay(client: TestClient) -> None:
    opened = open_checkout(client)
    assert opened["url"].startswith("https://checkout.stripe.test/c/pay/cs_test_")
    assert opened["plan"] == {
        "slug": "price-watch",
        "name": "Price Watch",
        "price": {"amount_cents": 1_900, "currency": "USD", "interval": "month"},
        "runs": 300,
    }


def test_two_tabs_show_one_page(client: TestClient) -> None:
    assert open_checkout(client) == open_checkout(client)


def test_a_changed_price_is_another_page_and_the_old_one_cannot_be_paid_any_more(
    client: TestClient, world: MoneyWorld
) -> None:
    first = world.row(open_checkout(client)["subscription_id"])
    world.publish("price-watch", 2_400)
    second = open_checkout(client)
    assert second["plan"]["price"]["amount_cents"] == 2_400  # pyright: ignore
    with pytest.raises(StripeError, match="over"):
        world.pay(first, SUCCESS)


def test_who_subscribed_before_keeps_the_price(client: TestClient, world: MoneyWorld) -> None:
    subscription_id = subscribe(client, world)
    world.publish("price-watch", 2_400)
    world.pass_time(32 * DAY)
    world.deliver_all()
    shown = client.get(f"/api/v1/subscriptions/{subscription_id}").json()
    assert shown["plan"]["price"]["amount_cents"] == 1_900
    assert world.booked() == 2 * 1_900


def test_nobody_subscribes_twice(client: TestClient, world: MoneyWorld) -> None:
    subscription_id = subscribe(client, world)
    answer = client.post(CHECKOUT)
    assert (answer.status_code, answer.json()["type"]) == (409, "already-subscribed")
    assert answer.json()["subscription_id"] == subscription_id


def test_not_even_while_no_event_has_come(client: TestClient, world: MoneyWorld) -> None:
    world.pay(world.row(open_checkout(client)["subscription_id"]), SUCCESS)
    assert client.post(CHECKOUT).json()["type"] == "already-subscribed"


def test_nor_while_a_debit_is_on_its_way(client: TestClient, world: MoneyWorld) -> None:
    subscribe(client, world, DEBIT)
    assert client.post(CHECKOUT).json()["type"] == "payment-under-way"


def test_after_the_end_one_can_subscribe_again(client: TestClient, world: MoneyWorld) -> None:
    first = subscribe(client, world)
    client.post(f"/api/v1/subscriptions/{first}/cancel")
    world.pass_time(32 * DAY)
    world.deliver_all()
    second = subscribe(client, world)
    assert second != first
    assert client.get(f"/api/v1/subscriptions/{second}").json()["access"] is True


@pytest.mark.parametrize("slug", ["nobody", "NO", "x" * 60])
def test_there_is_no_checkout_of_what_is_not_published(client: TestClient, slug: str) -> None:
    answer = client.post(f"/api/v1/agents/{slug}/checkout")
    assert (answer.status_code, answer.json()["type"]) == (404, "agent-not-found")


def test_nothing_new_is_sold_of_what_was_withdrawn(client: TestClient, world: MoneyWorld) -> None:
    world.agents.withdraw("price-watch", "harm")
    assert client.post(CHECKOUT).status_code == 410


def test_ten_checkouts_an_hour_are_enough(client: TestClient, world: MoneyWorld) -> None:
    for number in range(10):
        world.publish("price-watch", 900 + number)
        open_checkout(client)
    world.publish("price-watch", 4_900)
    answer = client.post(CHECKOUT)
    assert (answer.status_code, answer.json()["type"]) == (429, "rate")
    assert int(answer.headers["retry-after"]) <= 3_600
    assert client.post(CHECKOUT, headers={"x-account": "usr_bob"}).status_code == 200


def test_a_card_that_is_refused_five_times_closes_the_page(client: TestClient, world: MoneyWorld) -> None:
    row = world.row(open_checkout(client)["subscription_id"])
    for _ in range(6):
        with pytest.raises(StripeError, match="declined"):
            world.pay(row, DECLINE)
        world.deliver_all()
    with pytest.raises(StripeError, match="over"):
        world.pay(row, SUCCESS)
    assert client.post(CHECKOUT).status_code == 429
    world.pass_time(3_700)
    assert client.post(CHECKOUT).status_code == 200


def test_a_refused_charge_of_no_customer_is_counted_and_closes_nothing(world: MoneyWorld) -> None:
    """Stripe takes no empty customer: the event would come back for ever, with those after it."""
    row = world.open("usr_ann", "price-watch")
    for _ in range(6):
        with pytest.raises(StripeError, match="declined"):
            world.pay(row, DECLINE)
    for charge in world.stripe.every("charge"):
        charge["customer"] = None
    world.deliver_all()
    assert "GET /v1/checkout/sessions" not in world.sdk.calls
    assert not list(world.inbox.waiting(world.now + 1))


def test_a_stripe_that_does_not_answer_is_said_so(client: TestClient, world: MoneyWorld) -> None:
    world.sdk.broken = lambda _method, _path: 500
    answer = client.post(CHECKOUT)
    assert (answer.status_code, answer.json()["type"]) == (503, "payments-unavailable")
    assert int(answer.headers["retry-after"]) > 0
    world.sdk.broken = lambda _method, _path: None
    assert open_checkout(client)


@pytest.mark.parametrize("late", [False, True])
def test_whatever_crashes_the_same_wish_leads_to_one_page(late: bool) -> None:
    crashes = Crashes()
    whole = MoneyWorld(1, crashes)
    whole.publish("price-watch")
    whole.open("usr_ann", "price-watch")
    assert crashes.writes >= 7
    for at in range(1, crashes.writes + 1):
        world = MoneyWorld(1, Crashes(at, late=late))
        world.publish("price-watch")
        with pytest.raises(Crash):
            world.open("usr_ann", "price-watch")
        world.open("usr_ann", "price-watch")
        for kind in ("checkout.session", "customer", "price", "product"):
            assert len(list(world.stripe.every(kind))) == 1, f"{kind} after write {at}"


def test_what_stripe_is_asked_for_each_request(client: TestClient, world: MoneyWorld) -> None:
    """The first checkout of all makes customer, product and price; a later one only opens the page."""
    first = asked(world, lambda: client.post(CHECKOUT))
    assert first == [
        "POST /v1/customers",
        "GET /v1/prices",
        "POST /v1/products",
        "POST /v1/prices",
        "POST /v1/checkout/sessions",
    ]
    world.publish("ledger-tidy")
    world.subscriptions.keep_price_id("ledger-tidy:1900:USD:month", world.subscriptions.price_ids.popitem()[1])
    assert asked(world, lambda: client.post("/api/v1/agents/ledger-tidy/checkout")) == ["POST /v1/checkout/sessions"]
    [row] = [row for row in world.subscriptions.rows.values() if row.plan.slug == "price-watch"]
    where = f"/api/v1/subscriptions/{row.subscription_id}"
    assert asked(world, lambda: client.get(where)) == []
    world.pay(row, SUCCESS)
    world.deliver_all()
    session = row.checkout.session_id if row.checkout else ""
    stripe_id = world.row(row.subscription_id).stripe_id
    for request, calls in (
        (lambda: client.get(where), []),
        (lambda: client.get("/api/v1/subscriptions"), []),
        (lambda: client.post(f"{where}/portal"), ["POST /v1/billing_portal/sessions"]),
        (
            lambda: client.post(f"{where}/cancel"),
            [f"POST /v1/subscriptions/{stripe_id}", f"GET /v1/subscriptions/{stripe_id}"],
        ),
        (lambda: client.post(f"{where}/cancel"), []),
    ):
        assert asked(world, request) == calls
    assert session


def test_the_success_page_does_not_wait_for_events(client: TestClient, world: MoneyWorld) -> None:
    """At first they may be on their way; after a moment Stripe itself is asked."""
    subscription_id = open_checkout(client)["subscription_id"]
    where = f"/api/v1/subscriptions/{subscription_id}"
    world.pay(world.row(subscription_id), SUCCESS)
    early = client.get(where)
    assert (early.json()["status"], early.json()["access"], early.headers["retry-after"]) == ("pending", False, "2")
    world.pass_time(3)
    later = client.get(where)
    assert (later.json()["status"], later.json()["access"]) == ("active", True)
    assert "retry-after" not in later.headers


def test_a_pending_subscription_stays_so_while_stripe_does_not_answer(client: TestClient, world: MoneyWorld) -> None:
    subscription_id = open_checkout(client)["subscription_id"]
    world.pass_time(60)
    world.sdk.broken = lambda _method, _path: 500
    answer = client.get(f"/api/v1/subscriptions/{subscription_id}")
    assert (answer.status_code, answer.json()["status"]) == (200, "pending")


def test_a_checkout_that_nobody_paid_is_said_to_be_over(client: TestClient, world: MoneyWorld) -> None:
    subscription_id = open_checkout(client)["subscription_id"]
    world.pass_time(25 * 3_600)
    assert client.get(f"/api/v1/subscriptions/{subscription_id}").json()["status"] == "abandoned"
    assert client.get("/api/v1/subscriptions").json() == {"items": []}
    assert open_checkout(client)["subscription_id"] != subscription_id


def test_cancelling_tells_until_when_it_works_and_twice_is_once(client: TestClient, world: MoneyWorld) -> None:
    subscription_id = subscribe(client, world)
    first = client.post(f"/api/v1/subscriptions/{subscription_id}/cancel").json()
    assert first["ends_at"] == first["period_end"]
    assert (first["access"], first["status"]) == (True, "active")
    assert client.post(f"/api/v1/subscriptions/{subscription_id}/cancel").json() == first


def test_cancelling_after_a_change_of_mind_is_another_wish(client: TestClient, world: MoneyWorld) -> None:
    """Stripe would give the answer of the first one again for the same key, and do nothing."""
    subscription_id = subscribe(client, world)
    where = f"/api/v1/subscriptions/{subscription_id}"
    client.post(f"{where}/cancel")
    [stripes] = world.stripe_of(world.row(subscription_id))
    stripes.update(cancel_at_period_end=False, cancel_at=None)
    world.settlement.follow(stripes["id"])
    assert client.get(where).json()["ends_at"] is None
    client.post(f"{where}/cancel")
    assert stripes["cancel_at_period_end"] is True


def test_a_change_of_mind_that_nobody_told_of_keeps_no_cancellation_from_happening(world: MoneyWorld) -> None:
    """Stripe cancelled, its answer was lost, and the customer took it back on Stripe's own page meanwhile."""
    row = world.open("usr_ann", "price-watch")
    world.pay(row, SUCCESS)
    world.deliver_all()
    asked: list[str] = []
    world.sdk.broken = lambda method, _path: 500 if method == "GET" and asked else asked.append(method)
    with pytest.raises(PaymentsUnavailable):
        world.cancel(world.row(row.subscription_id))
    world.sdk.broken = lambda _method, _path: None
    [stripes] = world.stripe_of(row)
    stripes.update(cancel_at_period_end=False, cancel_at=None)
    assert world.cancel(world.row(row.subscription_id)).cancel_at is not None
    assert stripes["cancel_at_period_end"] is True


def test_a_cancellation_that_crashed_is_the_same_wish_when_it_is_tried_again(
    client: TestClient, world: MoneyWorld
) -> None:
    row = world.row(subscribe(client, world))
    world.sdk.broken = lambda method, _path: 500 if method == "POST" else None
    with pytest.raises(PaymentsUnavailable):
        world.cancel(row)
    wish = world.row(row.subscription_id).cancel_intent
    world.sdk.broken = lambda _method, _path: None
    world.cancel(world.row(row.subscription_id))
    assert [key for key in world.stripe.keys if key.startswith("cancel:")] == [f"cancel:{row.subscription_id}:{wish}"]


@pytest.mark.parametrize("what", ["portal", "cancel"])
def test_there_is_nothing_to_manage_before_the_checkout_is_completed(client: TestClient, what: str) -> None:
    subscription_id = open_checkout(client)["subscription_id"]
    answer = client.post(f"/api/v1/subscriptions/{subscription_id}/{what}")
    assert (answer.status_code, answer.json()["type"]) == (409, "subscription-pending")


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/portal"), ("POST", "/cancel")])
def test_somebody_elses_subscription_is_none(client: TestClient, world: MoneyWorld, method: str, end: str) -> None:
    subscription_id = subscribe(client, world)
    before = world.row(subscription_id)
    for wanted in (subscription_id, "mamsub_nothing", "place#usr_ann#price-watch", "price#price-watch:1900:USD:month"):
        where = f"/api/v1/subscriptions/{wanted.replace('#', '%23')}{end}"
        answer = client.request(method, where, headers={"x-account": "usr_bob"})
        assert (answer.status_code, answer.json()["type"]) == (404, "subscription-not-found")
    assert world.row(subscription_id) == before


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", CHECKOUT),
        ("GET", "/api/v1/subscriptions"),
        ("GET", "/api/v1/subscriptions/x"),
        ("POST", "/api/v1/subscriptions/x/portal"),
        ("POST", "/api/v1/subscriptions/x/cancel"),
    ],
)
def test_nobody_gets_in_without_signing_in(client: TestClient, method: str, path: str) -> None:
    del client.headers["x-account"]
    assert client.request(method, path).status_code == 401
