"""The table `stripe_events`: each event once, with its outcome. Waiting events are in a sparse index."""

from collections.abc import Iterator

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of, was_written
from shared.billing.inbox import KEPT_SECONDS, StripeEvent

WAITING = "waiting"


class WaitingEvents(GlobalSecondaryIndex["StripeEventItem"]):
    class Meta:
        index_name = "by_waiting"
        projection = AllProjection()

    waiting = UnicodeAttribute(hash_key=True)
    received_at = NumberAttribute(range_key=True)


class StripeEventItem(Model):
    """`waiting` exists until the event is handled; then `handled` and `handled_at` exist instead."""

    event_id = UnicodeAttribute(hash_key=True)
    by_waiting = WaitingEvents()

    type = UnicodeAttribute()
    object_id = UnicodeAttribute(null=True)
    subscription_id = UnicodeAttribute(null=True)
    created = NumberAttribute()
    received_at = NumberAttribute()
    waiting = UnicodeAttribute(null=True)
    handled = UnicodeAttribute(null=True)
    handled_at = NumberAttribute(null=True)
    expires_at = NumberAttribute()


class StripeEventsTable:
    """Implements `shared.billing.inbox.Inbox`."""

    def __init__(self, table_name: str) -> None:
        self._items = model_of(StripeEventItem, table_name)

    def keep(self, event: StripeEvent) -> bool:
        item = self._items(
            event.event_id,
            type=event.type,
            object_id=event.object_id,
            subscription_id=event.subscription_id,
            created=event.created,
            received_at=event.received_at,
            waiting=WAITING,
            expires_at=event.received_at + KEPT_SECONDS,
        )
        return was_written(lambda: item.save(StripeEventItem.event_id.does_not_exist()))

    def get(self, event_id: str) -> StripeEvent | None:
        item = find(self._items, event_id)
        return _event(item) if item is not None else None

    def mark_handled(self, event_id: str, outcome: str, now: float) -> None:
        """Store the outcome of an event. An event that is handled again keeps its first outcome. A missing event is not
        created.
        """
        actions = [
            StripeEventItem.handled.set(outcome),
            StripeEventItem.handled_at.set(int(now)),
            StripeEventItem.waiting.remove(),
        ]
        item = self._items(event_id)
        was_written(lambda: item.update(actions=actions, condition=StripeEventItem.waiting == WAITING))

    def waiting(self, before: float) -> Iterator[StripeEvent]:
        found = self._items.by_waiting.query(WAITING, StripeEventItem.received_at < int(before))
        return map(_event, found)


def _event(item: StripeEventItem) -> StripeEvent:
    return StripeEvent(
        event_id=item.event_id,
        type=item.type,
        object_id=item.object_id,
        subscription_id=item.subscription_id,
        created=int(item.created),
        received_at=int(item.received_at),
        handled=item.handled,
    )
