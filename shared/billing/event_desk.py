"""Processes one event of the inbox: applies it, then marks it as handled. A crash in between repeats it."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.billing.attempts import REFUSALS, Attempts, TooManyAttempts, card_subject, customer_subject
from shared.billing.events import FAILED_CHARGES, EventOutcome, apply
from shared.billing.inbox import Inbox, StripeEvent
from shared.billing.payments import FailedCharge
from shared.billing.settlement import Settlement


@dataclass(frozen=True)
class EventDesk:
    """`clock` is epoch seconds."""

    inbox: Inbox
    settlement: Settlement
    attempts: Attempts
    clock: Callable[[], float]

    def handle(self, event_id: str) -> StripeEvent | None:
        """Process the event and return it; None if it is not in the inbox. Raises any error that prevents
        processing.
        """
        event = self.inbox.get(event_id)
        if event is None or event.handled is not None:
            return event
        outcome = self._apply(event)
        self.inbox.mark_handled(event_id, outcome, self.clock())
        return event.model_copy(update={"handled": outcome})

    def _apply(self, event: StripeEvent) -> EventOutcome:
        if event.type in FAILED_CHARGES and event.object_id is not None:
            charge = self.settlement.payments.find_failed_charge(event.object_id)
            return self._count_refusal(charge) if charge is not None else EventOutcome.IGNORED
        return apply(event, self.settlement)

    def _count_refusal(self, charge: FailedCharge) -> EventOutcome:
        """Count a refused payment. Too many refusals of a card or a customer close the checkout pages used."""
        subjects = [customer_subject(charge.customer_id)] if charge.customer_id else []
        subjects += [card_subject(charge.card)] if charge.card else []
        try:
            for subject in subjects:
                self.attempts.take(subject, REFUSALS, charge.charge_id, self.clock())
        except TooManyAttempts:
            self._close_pages(charge.customer_id)
        return EventOutcome.APPLIED

    def _close_pages(self, customer_id: str | None) -> None:
        """None of ours for a charge of nobody's: our pages know their customer."""
        for session_id in self.settlement.payments.open_checkouts(customer_id) if customer_id else ():
            self.settlement.payments.expire_checkout(session_id)
