"""Events as Stripe delivers them: at least once, in any order, perhaps late. Each is stored once, by its id.

Only the id of an event's object is stored, not its body. The object is fetched when the event is processed, so that its
state at that time counts. A body contains a customer's address and e-mail; those stay at Stripe.
"""

import json
from collections.abc import Iterator
from typing import Any, Protocol, cast

from shared.billing.payments import ReportedEvent
from shared.values import Frozen, Json

OUR_ID = "mam_subscription"
"""The member of Stripe's metadata that carries our subscription's id."""
KEPT_SECONDS = 90 * 86_400
LONGEST_ID = 255


class StripeEvent(Frozen):
    """`object_id` is the event's object; `subscription_id` is our subscription's id, if the event names it.

    `handled` is the outcome, null while the event waits. `attempts` counts how often processing failed.
    """

    event_id: str
    type: str
    object_id: str | None = None
    subscription_id: str | None = None
    created: int = 0
    received_at: int = 0
    handled: str | None = None


class Inbox(Protocol):
    def keep(self, event: StripeEvent) -> bool:
        """Store the event; False if it is stored already."""
        ...

    def get(self, event_id: str) -> StripeEvent | None: ...

    def mark_handled(self, event_id: str, outcome: str, now: float) -> None: ...

    def waiting(self, before: float) -> Iterator[StripeEvent]:
        """Unhandled events that arrived before this time, oldest first."""
        ...


class EventUnreadable(Exception):
    """The event is signed by Stripe but has no id or type, so it cannot be stored."""


def read_event(body: bytes, now: float) -> StripeEvent:
    """Read a snapshot or a thin event, also of an unknown type. Raises EventUnreadable."""
    try:
        event: Json = json.loads(body)
    except ValueError as error:
        raise EventUnreadable("it is not JSON") from error
    event_id, type_ = _text(event, "id"), _text(event, "type")
    if event_id is None or type_ is None:
        raise EventUnreadable("it has no id or no type")
    about = _member(_member(event, "data"), "object") or _member(event, "related_object")
    created: Any = _member(event, "created")
    return StripeEvent(
        event_id=event_id,
        type=type_,
        object_id=_text(about, "id"),
        subscription_id=our_id(about),
        created=created if isinstance(created, int) else int(now),
        received_at=int(now),
    )


def read_reported(event: ReportedEvent, now: float) -> StripeEvent:
    return StripeEvent(**event.model_dump(), received_at=int(now))


def our_id(about: Json) -> str | None:
    """Our subscription's id, from an object's own metadata or from an invoice's copy of the metadata."""
    own = _text(_member(about, "metadata"), OUR_ID)
    details = _member(_member(about, "parent"), "subscription_details")
    return own or _text(_member(details, "metadata"), OUR_ID)


def _member(node: Json, name: str) -> Json:
    return cast("dict[str, Json]", node).get(name) if isinstance(node, dict) else None


def _text(node: Json, name: str) -> str | None:
    value = _member(node, name)
    return value if isinstance(value, str) and 0 < len(value) <= LONGEST_ID else None
