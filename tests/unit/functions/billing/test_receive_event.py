import json

import pytest
import stripe
from fastapi.testclient import TestClient

from shared.billing.signatures import TOLERANCE_SECONDS
from tests.fakes.money_world import MoneyWorld

WHERE = "/webhooks/stripe"
EVENT = json.dumps({"id": "evt_1", "object": "event", "type": "nobody.knows", "data": {"object": {"id": "x_1"}}})


def post(client: TestClient, world: MoneyWorld, body: str = EVENT, *, secret: str = "whsec_new", away: int = 0):
    signed = stripe.WebhookSignature.generate_signature_header(body, secret, int(world.now) + away)
    return client.post(WHERE, content=body, headers={"stripe-signature": signed})


@pytest.mark.parametrize("secret", ["whsec_new", "whsec_old"])
def test_what_stripe_signs_is_kept_once_and_answered(client: TestClient, world: MoneyWorld, secret: str) -> None:
    for _ in range(3):
        answer = post(client, world, secret=secret)
        assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert list(world.inbox.events) == ["evt_1"]
    assert world.inbox.events["evt_1"].handled is None


def test_nothing_of_stripe_is_asked_meanwhile(client: TestClient, world: MoneyWorld) -> None:
    post(client, world)
    assert world.sdk.calls == []


def test_a_thin_event_is_kept(client: TestClient, world: MoneyWorld) -> None:
    thin = json.dumps({"id": "evt_thin", "object": "v2.core.event", "type": "v2.x", "related_object": {"id": "a_1"}})
    assert post(client, world, thin).status_code == 200
    world.desk.handle("evt_thin")
    assert world.inbox.events["evt_thin"].handled == "ignored"


@pytest.mark.parametrize("away", [-TOLERANCE_SECONDS - 1, TOLERANCE_SECONDS + 1])
def test_stale_and_future_ones_are_refused(client: TestClient, world: MoneyWorld, away: int) -> None:
    answer = post(client, world, away=away)
    assert (answer.status_code, answer.json()["type"], world.inbox.events) == (400, "signature-invalid", {})


def test_forged_and_edited_ones_are_refused(client: TestClient, world: MoneyWorld) -> None:
    signed = stripe.WebhookSignature.generate_signature_header(EVENT, "whsec_new", int(world.now))
    for body, header in (
        (EVENT, ""),
        (EVENT, "t=1,v1=0"),
        (EVENT.replace("evt_1", "evt_2"), signed),
        (EVENT + " ", signed),
        (EVENT, signed.replace("v1=", "v1=0")),
    ):
        answer = client.post(WHERE, content=body, headers={"stripe-signature": header})
        assert (answer.status_code, answer.json()["type"]) == (400, "signature-invalid")
    assert post(client, world, secret="whsec_other").status_code == 400
    assert client.post(WHERE, content=EVENT).status_code == 400
    assert world.inbox.events == {}


def test_a_signed_body_that_is_no_event_is_refused(client: TestClient, world: MoneyWorld) -> None:
    answer = post(client, world, "{}")
    assert (answer.status_code, answer.json()["type"]) == (400, "event-invalid")


def test_it_stands_at_the_root_and_nowhere_else(client: TestClient, world: MoneyWorld) -> None:
    signed = stripe.WebhookSignature.generate_signature_header(EVENT, "whsec_new", int(world.now))
    answer = client.post(f"/api/v1{WHERE}", content=EVENT, headers={"stripe-signature": signed})
    assert answer.status_code == 404
