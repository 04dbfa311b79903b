"""The tables of money in memory. `writing` is held around each write, so that a crash can be put there."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext

from shared.billing.attempts import TooManyAttempts
from shared.billing.inbox import StripeEvent
from shared.billing.revenue import RevenueEvent
from shared.billing.subscription import Subscription, SubscriptionPlace, change_row, disown_row, next_version
from shared.rate_limits import Policy, RateStanding, find_standing
from tests.fakes.crashes import Writing


def always(_name: str) -> nullcontext[None]:
    return nullcontext()


class FakeSubscriptions:
    """Subscriptions, PriceIds and Customers."""

    def __init__(self, writing: Writing = always) -> None:
        self.rows: dict[str, Subscription] = {}
        self.places: dict[tuple[str, str], SubscriptionPlace] = {}
        self.price_ids: dict[str, str] = {}
        self.customer_ids: dict[str, str] = {}
        self.emails: dict[str, str] = {}
        self._writing = writing

    def get(self, subscription_id: str) -> Subscription | None:
        return self.rows.get(subscription_id)

    def of_account(self, account_id: str) -> Sequence[Subscription]:
        mine = [row for row in self.rows.values() if row.account_id == account_id and row.stripe_id]
        return sorted(mine, key=lambda row: row.created_at, reverse=True)

    def disown(self, account_id: str) -> None:
        self.places = {key: place for key, place in self.places.items() if key[0] != account_id}
        for row in [row for row in self.rows.values() if row.account_id == account_id]:
            if row.stripe_id is None:
                del self.rows[row.subscription_id]
            else:
                change_row(self, row, disown_row)

    def place(self, account_id: str, slug: str) -> SubscriptionPlace:
        return self.places.get((account_id, slug), SubscriptionPlace(account_id=account_id, slug=slug))

    def open(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        with self._writing("open"):
            if subscription.subscription_id in self.rows or self._place_now(place).attempt != place.attempt:
                return False
            self._put(subscription, self._place_now(place), attempt=subscription.subscription_id)
            return True

    def save(self, subscription: Subscription) -> bool:
        with self._writing("save"):
            if not self._is_as_read(subscription):
                return False
            self.rows[subscription.subscription_id] = next_version(subscription)
            return True

    def take_place(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        with self._writing("take_place"):
            if not self._is_as_read(subscription) or self._place_now(place).live != place.live:
                return False
            self._put(subscription, self._place_now(place), live=subscription.subscription_id)
            return True

    def price_id(self, price_key: str) -> str | None:
        return self.price_ids.get(price_key)

    def keep_price_id(self, price_key: str, price_id: str) -> None:
        with self._writing("keep_price_id"):
            self.price_ids[price_key] = price_id

    def email_of(self, account_id: str) -> str | None:
        return self.emails.get(account_id)

    def customer_of(self, account_id: str) -> str | None:
        return self.customer_ids.get(account_id)

    def keep_customer(self, account_id: str, customer_id: str) -> str:
        with self._writing("keep_customer"):
            return self.customer_ids.setdefault(account_id, customer_id)

    def _is_as_read(self, subscription: Subscription) -> bool:
        held = self.rows.get(subscription.subscription_id)
        return held is not None and held.version == subscription.version

    def _place_now(self, place: SubscriptionPlace) -> SubscriptionPlace:
        return self.place(place.account_id, place.slug)

    def _put(self, subscription: Subscription, place: SubscriptionPlace, **member: str) -> None:
        self.rows[subscription.subscription_id] = next_version(subscription)
        self.places[place.account_id, place.slug] = place.model_copy(update=member)


class FakeInbox:
    def __init__(self, writing: Writing = always) -> None:
        self.events: dict[str, StripeEvent] = {}
        self._writing = writing

    def keep(self, event: StripeEvent) -> bool:
        with self._writing("keep"):
            if event.event_id in self.events:
                return False
            self.events[event.event_id] = event
            return True

    def get(self, event_id: str) -> StripeEvent | None:
        return self.events.get(event_id)

    def mark_handled(self, event_id: str, outcome: str, now: float) -> None:
        del now
        with self._writing("mark_handled"):
            event = self.events.get(event_id)
            if event is not None and event.handled is None:
                self.events[event_id] = event.model_copy(update={"handled": str(outcome)})

    def waiting(self, before: float) -> Iterator[StripeEvent]:
        found = [event for event in self.events.values() if event.handled is None and event.received_at < int(before)]
        return iter(sorted(found, key=lambda event: event.received_at))


class FakeLedger:
    def __init__(self, writing: Writing = always) -> None:
        self.entries: dict[str, RevenueEvent] = {}
        self._writing = writing

    def add(self, entry: RevenueEvent) -> bool:
        with self._writing(f"add {entry.kind}"):
            if entry.entry_id in self.entries:
                return False
            self.entries[entry.entry_id] = entry
            return True


class FakeAttempts:
    def __init__(self, writing: Writing = always) -> None:
        self.logs: dict[tuple[str, str], dict[str, float]] = {}
        self._writing = writing

    def take(self, subject: str, policy: Policy, name: str, now: float) -> RateStanding:
        log = self._recent(subject, policy, now)
        if name not in log and len(log) >= policy.quota:
            raise TooManyAttempts([find_standing(policy, list(log.values()), now)])
        with self._writing("take"):
            self.logs[subject, policy.name] = log = {name: now, **log}
        return find_standing(policy, list(log.values()), now)

    def look(self, subject: str, policy: Policy, now: float) -> RateStanding:
        return find_standing(policy, list(self._recent(subject, policy, now).values()), now)

    def _recent(self, subject: str, policy: Policy, now: float) -> dict[str, float]:
        log = self.logs.get((subject, policy.name), {})
        return {name: at for name, at in log.items() if at > now - policy.window_seconds}
