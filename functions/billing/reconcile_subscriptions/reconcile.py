"""Compares Stripe with our tables: finds events that never arrived, events that could not be processed, and
subscriptions that differ. Repairs all of them in the same way as events would have done.
"""

from collections.abc import Callable
from dataclasses import dataclass

from shared.billing.event_desk import EventDesk
from shared.billing.events import WANTED
from shared.billing.inbox import Inbox, read_reported
from shared.billing.payments import Payments, SeenSubscription
from shared.billing.standing import STANDINGS
from shared.billing.subscription import Subscriptions, as_seen

LOOK_BACK_SECONDS = 26 * 3_600
PATIENCE_SECONDS = 600
"""What is younger may still be on its way."""
LIVE = frozenset(status for status, meaning in STANDINGS.items() if not meaning.ended)
"""Statuses of what may still charge somebody."""


class NobodysSubscription(Exception):
    """It is ours and charges somebody, and there is no row of it: cancel it, give back what was paid for nothing."""


@dataclass
class Reconciled:
    """The numbers of events that had not arrived, of waiting events that are done now, of subscriptions that differed,
    and of all these that could not be repaired.
    """

    missed_events: int = 0
    waiting_events: int = 0
    subscriptions: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Reconciler:
    """`tell` receives what could not be repaired; the rest continues. `clock` is epoch seconds."""

    payments: Payments
    subscriptions: Subscriptions
    inbox: Inbox
    desk: EventDesk
    tell: Callable[[str, Exception], None]
    clock: Callable[[], float]

    def reconcile(self) -> Reconciled:
        found, now = Reconciled(), self.clock()
        for event in self.payments.events_since(int(now) - LOOK_BACK_SECONDS):
            missed = event.created <= now - PATIENCE_SECONDS and event.type in WANTED
            if missed and self.inbox.get(event.event_id) is None and self.inbox.keep(read_reported(event, now)):
                found.missed_events += self._repair(found, event.event_id, self._handle(event.event_id))
        for waiting in self.inbox.waiting(now - PATIENCE_SECONDS):
            found.waiting_events += self._repair(found, waiting.event_id, self._handle(waiting.event_id))
        for seen in self.payments.subscriptions():
            if self._differs(seen):
                found.subscriptions += self._repair(found, seen.stripe_id, self._follow(seen))
        return found

    def _differs(self, seen: SeenSubscription) -> bool:
        if seen.subscription_id is None:
            return False
        row = self.subscriptions.get(seen.subscription_id)
        if row is None:
            return seen.status in LIVE
        return row.to_undo or as_seen(row, seen).model_dump() != row.model_dump()

    def _handle(self, event_id: str) -> Callable[[], object]:
        return lambda: self.desk.handle(event_id)

    def _follow(self, seen: SeenSubscription) -> Callable[[], object]:
        def follow() -> None:
            if self.desk.settlement.follow(seen.stripe_id, seen.subscription_id) is None:
                raise NobodysSubscription

        return follow

    def _repair(self, found: Reconciled, what: str, repair: Callable[[], object]) -> bool:
        try:
            repair()
        except Exception as error:
            self.tell(what, error)
            found.failed += 1
            return False
        return True
