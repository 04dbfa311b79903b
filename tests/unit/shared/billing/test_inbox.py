import json
from typing import Any

import pytest

from shared.billing.inbox import EventUnreadable, StripeEvent, read_event

NOW = 1_800_000_000.5


def read(event: Any) -> StripeEvent:
    return read_event(json.dumps(event).encode(), NOW)


def test_of_an_event_is_kept_what_it_is_about_and_nothing_of_the_customer() -> None:
    about = {
        "id": "sub_1",
        "object": "subscription",
        "email": "ann@x.test",
        "metadata": {"mam_subscription": "mamsub_1"},
    }
    event = read({"id": "evt_1", "type": "customer.subscription.updated", "created": 7, "data": {"object": about}})
    assert event == StripeEvent(
        event_id="evt_1",
        type="customer.subscription.updated",
        object_id="sub_1",
        subscription_id="mamsub_1",
        created=7,
        received_at=int(NOW),
    )
    assert "ann@x.test" not in event.model_dump_json()


def test_an_invoice_names_our_subscription_in_its_copy_of_the_metadata() -> None:
    parent = {"subscription_details": {"subscription": "sub_1", "metadata": {"mam_subscription": "mamsub_1"}}}
    about = {"id": "in_1", "object": "invoice", "metadata": {}, "parent": parent}
    assert read({"id": "evt_1", "type": "invoice.paid", "data": {"object": about}}).subscription_id == "mamsub_1"


def test_a_thin_event_is_kept_too() -> None:
    thin = {
        "id": "evt_65",
        "object": "v2.core.event",
        "type": "v1.billing.meter.error_report_triggered",
        "created": "2026-11-29T07:00:00Z",
        "related_object": {"id": "mtr_1", "type": "billing.meter", "url": "/v1/billing/meters/mtr_1"},
    }
    event = read(thin)
    assert (event.object_id, event.created) == ("mtr_1", int(NOW))


@pytest.mark.parametrize(
    "about", [None, [], "text", 7, {}, {"id": 7}, {"id": None}, {"metadata": []}, {"metadata": {"mam_subscription": 1}}]
)
def test_whatever_an_event_is_about_it_can_be_kept(about: Any) -> None:
    event = read({"id": "evt_1", "type": "nobody.knows", "data": {"object": about}})
    assert (event.object_id, event.subscription_id) == (None, None)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'"evt"', b"{}", b'{"id": "evt_1"}', b'{"id": 1, "type": "x"}', b"\xff"]
)
def test_what_is_no_event_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(EventUnreadable):
        read_event(body, NOW)
