"""From the payment page to the end of a subscription, on the embedded cloud: real processes, SDK and events."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.access import loopback
from local.embedded_cloud import EmbeddedCloud
from local.first_admin import ensure_admin
from local.ports import url
from local.state import REPOSITORY

DAY = 86_400
PATIENCE = 40.0
WORKS, FAILS = "4242424242424242", "4000000000000341"


class Customer:
    """The seeded administrator, who is a customer as any other."""

    def __init__(self, cloud: EmbeddedCloud) -> None:
        self.cloud = cloud
        admin = ensure_admin(cloud.ports, cloud.state)
        signed_in = cloud.request("POST", "/api/v1/auth/login", json={"email": admin.email, "password": admin.password})
        assert signed_in.status_code == 200, signed_in.text
        self.headers = {"authorization": f"Bearer {signed_in.json()['access_token']}"}

    def ask(self, method: str, path: str) -> Any:
        return self.cloud.request(method, f"/api/v1{path}", headers=self.headers)

    def pay(self, page: str, number: str = WORKS) -> Any:
        """As a browser would: without any secret of this installation."""
        return loopback.ask("POST", page, data={"number": number})

    def subscription(self, subscription_id: str) -> dict[str, Any]:
        shown = self.ask("GET", f"/subscriptions/{subscription_id}")
        assert shown.status_code == 200, shown.text
        return shown.json()


@pytest.fixture
def customer(embedded_cloud: EmbeddedCloud) -> Iterator[Customer]:
    yield Customer(embedded_cloud)
    stripe(embedded_cloud, "PUT", "mode", mode="ok")


def stripe(cloud: EmbeddedCloud, method: str, what: str, **asked: Any) -> Any:
    arguments = {"json": asked} if method != "GET" else {}
    return cloud.command(cloud.ports.stripe, method, f"/_standin/{what}", **arguments).json()


def until(true: Callable[[], object], what: str) -> None:
    give_up = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < give_up, f"not in {PATIENCE:.0f} s: {what}"
        time.sleep(0.2)


def published(cloud: EmbeddedCloud) -> str:
    """The row of the samples' agent, as its publication writes it; what follows the table's stream follows it, too."""
    rows = json.loads((REPOSITORY / "events" / "world" / "tables.json").read_text())["agents"]
    [row] = [row for row in rows if row.get("status") == {"S": "published"}]
    cloud.aws("dynamodb").put_item(TableName="mam-agents", Item=row)
    return row["slug"]["S"]


def prices(cloud: EmbeddedCloud, slug: str) -> list[str]:
    items = cloud.aws("dynamodb").scan(TableName="mam-subscriptions")["Items"]
    return [item["stripe_id"]["S"] for item in items if item["subscription_id"]["S"].startswith(f"price#{slug}:")]


def booked(cloud: EmbeddedCloud) -> int:
    items = cloud.aws("dynamodb").scan(TableName="mam-revenue-events")["Items"]
    return sum(int(item["amount"]["N"]) for item in items)


def moved(cloud: EmbeddedCloud) -> int:
    return sum(one["amount"] for one in stripe(cloud, "GET", "money"))


def test_a_subscription_from_the_payment_page_to_its_end(customer: Customer) -> None:
    cloud = customer.cloud
    slug = published(cloud)
    until(lambda: prices(cloud, slug), "its price is made")
    opened = customer.ask("POST", f"/agents/{slug}/checkout").json()
    assert len(prices(cloud, slug)) == 1
    assert opened["url"].startswith(url(cloud.ports.stripe))
    assert customer.ask("POST", f"/agents/{slug}/checkout").json() == opened
    back = customer.pay(opened["url"])
    assert back.status_code == 303
    assert back.headers["location"].endswith(f"subscription={opened['subscription_id']}")
    mine = opened["subscription_id"]
    until(lambda: customer.subscription(mine)["status"] == "active", "the subscription is active")
    until(lambda: booked(cloud) == moved(cloud) > 0, "the payment is booked")
    price = moved(cloud)
    assert customer.ask("POST", f"/agents/{slug}/checkout").json()["type"] == "already-subscribed"
    assert [one["id"] for one in customer.ask("GET", "/subscriptions").json()["items"]] == [mine]

    [at_stripe] = stripe(cloud, "GET", "subscriptions")
    order = {"subscription": at_stripe["id"]}
    first_period = customer.subscription(mine)["period_end"]
    stripe(cloud, "POST", "clock", seconds=32 * DAY)
    until(lambda: customer.subscription(mine)["period_end"] != first_period, "it is renewed")
    until(lambda: booked(cloud) == moved(cloud) == 2 * price, "the renewal is booked")

    stripe(cloud, "POST", "orders", do="card", number=FAILS, **order)
    stripe(cloud, "POST", "clock", seconds=30 * DAY)
    until(lambda: customer.subscription(mine)["status"] == "past_due", "a renewal has failed")
    assert customer.subscription(mine)["access"] is True
    stripe(cloud, "POST", "orders", do="card", number=WORKS, **order)
    stripe(cloud, "POST", "clock", seconds=4 * DAY)
    until(lambda: customer.subscription(mine)["status"] == "active", "it has recovered")

    stripe(cloud, "POST", "orders", do="refund", amount=100, **order)
    until(lambda: booked(cloud) == moved(cloud) == 3 * price - 100, "the refund is booked")
    stripe(cloud, "POST", "orders", do="dispute", **order)
    until(lambda: booked(cloud) == moved(cloud) == 2 * price, "the dispute is booked")
    stripe(cloud, "POST", "orders", do="win", **order)
    until(lambda: booked(cloud) == moved(cloud) == 3 * price - 100, "the dispute was won")

    portal = customer.ask("POST", f"/subscriptions/{mine}/portal").json()["url"]
    assert portal.startswith(f"{url(cloud.ports.stripe)}/p/session/")
    cancelled = customer.ask("POST", f"/subscriptions/{mine}/cancel").json()
    assert (cancelled["access"], cancelled["ends_at"]) == (True, cancelled["period_end"])
    stripe(cloud, "POST", "clock", seconds=32 * DAY)
    until(lambda: customer.subscription(mine)["status"] == "canceled", "it has ended")
    assert customer.subscription(mine)["access"] is False
    assert booked(cloud) == moved(cloud)


@pytest.mark.parametrize("mode", ["drop", "duplicate", "reorder"])
def test_whatever_happens_to_events_on_their_way_every_cent_is_booked(customer: Customer, mode: str) -> None:
    cloud = customer.cloud
    slug = published(cloud)
    stripe(cloud, "PUT", "mode", mode=mode)
    opened = customer.ask("POST", f"/agents/{slug}/checkout").json()
    customer.pay(opened["url"])
    mine = opened["subscription_id"]
    until(lambda: customer.subscription(mine)["status"] == "active", "the subscription is active")
    until(lambda: booked(cloud) == moved(cloud), "everything is booked")
    customer.ask("POST", f"/subscriptions/{mine}/cancel")
    stripe(cloud, "POST", "clock", seconds=32 * DAY)
    until(lambda: customer.subscription(mine)["status"] == "canceled", "it has ended")
    until(lambda: booked(cloud) == moved(cloud), "everything is still booked")


def test_nobody_who_is_not_stripe_gets_an_event_in(embedded_cloud: EmbeddedCloud) -> None:
    forged = {"id": "evt_forged", "type": "invoice.paid", "data": {"object": {"id": "in_1"}}}
    for signature in ("", f"t={int(time.time())},v1={'0' * 64}"):
        headers = {"stripe-signature": signature}
        answer = embedded_cloud.request("POST", "/webhooks/stripe", json=forged, headers=headers)
        assert (answer.status_code, answer.json()["type"]) == (400, "signature-invalid")
    found = embedded_cloud.aws("dynamodb").get_item(
        TableName="mam-stripe-events", Key={"event_id": {"S": "evt_forged"}}
    )
    assert "Item" not in found
