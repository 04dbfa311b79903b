"""What every store of money promises: one suite for the tables and for the fakes that stand in for them."""

from typing import Any

import pytest

from shared.billing.attempts import Attempts, TooManyAttempts
from shared.billing.inbox import Inbox, StripeEvent
from shared.billing.money import RecurringPrice
from shared.billing.plan import Plan
from shared.billing.revenue import RevenueEvent, RevenueKind, RevenueLedger
from shared.billing.standing import SubscriptionStatus
from shared.billing.subscription import Checkout, PriceIds, Subscription, SubscriptionPlace, Subscriptions
from shared.rate_limits import Policy

NOW = 1_800_000_000
ANN, SLUG = "usr_ann", "price-watch"
POLICY = Policy(name="tries", quota=3, window_seconds=3_600)


def a_subscription(number: int = 1, **changes: object) -> Subscription:
    row = Subscription(
        subscription_id=f"mamsub_{number}",
        account_id=ANN,
        plan=Plan(slug=SLUG, name="Price Watch", price=RecurringPrice(amount_cents=1_900, currency="USD")),
        created_at=NOW + number,
    )
    return row.model_copy(update=changes)


def opened(store: Subscriptions, number: int = 1) -> Subscription:
    assert store.open(a_subscription(number), store.place(ANN, SLUG))
    return read(store, number)


def read(store: Subscriptions, number: int = 1) -> Subscription:
    row = store.get(f"mamsub_{number}")
    assert row is not None
    return row


class SubscriptionsContract:
    """A subclass gives the fixture `store`: empty, and PriceIds and Customers, too."""

    def test_a_row_is_read_as_it_was_written(self, store: Subscriptions) -> None:
        opened(store)
        full = a_subscription(
            status=SubscriptionStatus.ACTIVE,
            checkout=Checkout(session_id="cs_1", url="https://x", expires_at=NOW),
            customer_id="cus_1",
            stripe_id="sub_1",
            period_start=NOW,
            period_end=NOW + 9,
            paid_until=NOW + 9,
            cancel_at=NOW + 9,
            cancel_intent="w",
            duplicate_of="mamsub_0",
            undone=True,
            version=1,
        )
        assert store.save(full)
        assert read(store) == full.model_copy(update={"version": 2})

    def test_what_is_not_there_is_nothing(self, store: Subscriptions) -> None:
        assert store.get("mamsub_1") is None
        assert not store.save(a_subscription())
        place = store.place(ANN, SLUG)
        assert (place.live, place.attempt) == (None, None)
        assert not store.take_place(a_subscription(), place)
        assert store.get("mamsub_1") is None
        assert store.place(ANN, SLUG) == place

    def test_opening_makes_the_row_the_last_attempt(self, store: Subscriptions) -> None:
        row = opened(store)
        assert (row.version, store.place(ANN, SLUG).attempt) == (1, "mamsub_1")

    def test_of_two_that_open_at_once_one_succeeds(self, store: Subscriptions) -> None:
        place = store.place(ANN, SLUG)
        assert [store.open(a_subscription(number), place) for number in (1, 2)] == [True, False]
        assert store.get("mamsub_2") is None
        assert store.place(ANN, SLUG).attempt == "mamsub_1"

    def test_a_write_that_read_an_earlier_version_is_refused(self, store: Subscriptions) -> None:
        row = opened(store)
        assert store.save(row.model_copy(update={"customer_id": "cus_1"}))
        assert not store.save(row.model_copy(update={"customer_id": "cus_2"}))
        assert read(store).customer_id == "cus_1"

    def test_a_place_is_taken_once_until_it_is_passed_on(self, store: Subscriptions) -> None:
        first, second = opened(store, 1), opened(store, 2)
        empty = store.place(ANN, SLUG)
        assert store.take_place(first.model_copy(update={"stripe_id": "sub_1"}), empty)
        assert not store.take_place(second, empty)
        assert (store.place(ANN, SLUG).live, read(store, 2)) == ("mamsub_1", second)
        assert store.take_place(second, store.place(ANN, SLUG))
        assert store.place(ANN, SLUG).live == "mamsub_2"

    def test_a_place_is_not_taken_by_a_row_that_has_changed(self, store: Subscriptions) -> None:
        row = opened(store)
        assert store.save(row)
        assert not store.take_place(row, store.place(ANN, SLUG))
        assert store.place(ANN, SLUG).live is None

    def test_an_account_lists_what_was_paid_newest_first_and_nothing_of_others(self, store: Subscriptions) -> None:
        for number in (1, 2, 3):
            row = opened(store, number)
            if number != 2:
                assert store.save(row.model_copy(update={"stripe_id": f"sub_{number}"}))
        assert [row.subscription_id for row in store.of_account(ANN)] == ["mamsub_3", "mamsub_1"]
        assert store.of_account("usr_bob") == []

    def test_what_is_disowned_stays_in_the_books_and_leads_to_nobody(self, store: Any) -> None:
        for number in (1, 2):
            opened(store, number)
        store.take_place(
            read(store, 1).model_copy(update={"stripe_id": "sub_1", "customer_id": "cus_1"}), self.of(store)
        )
        for _ in range(2):
            store.disown(ANN)
        kept = read(store, 1)
        assert (kept.account_id, kept.customer_id, kept.stripe_id) == ("erased", None, "sub_1")
        assert kept.status is SubscriptionStatus.CANCELED
        assert store.get("mamsub_2") is None
        assert store.of_account(ANN) == []
        assert (self.of(store).live, self.of(store).attempt) == (None, None)

    @staticmethod
    def of(store: Subscriptions) -> SubscriptionPlace:
        return store.place(ANN, SLUG)

    def test_a_price_is_known_by_its_key(self, store: PriceIds) -> None:
        assert store.price_id("a:1900:USD:month") is None
        store.keep_price_id("a:1900:USD:month", "price_1")
        store.keep_price_id("a:900:USD:month", "price_2")
        assert [store.price_id(f"a:{cents}:USD:month") for cents in (1900, 900)] == ["price_1", "price_2"]


class InboxContract:
    """A subclass gives the fixture `inbox`: an empty one."""

    @staticmethod
    def event(number: int = 1, **changes: object) -> StripeEvent:
        event = StripeEvent(event_id=f"evt_{number}", type="invoice.paid", created=NOW, received_at=NOW + number)
        return event.model_copy(update=changes)

    def test_an_event_is_kept_once_and_read_as_it_was(self, inbox: Inbox) -> None:
        event = self.event(object_id="in_1", subscription_id="mamsub_1")
        assert [inbox.keep(event), inbox.keep(event.model_copy(update={"type": "other"}))] == [True, False]
        assert inbox.get("evt_1") == event
        assert inbox.get("evt_2") is None

    def test_what_came_of_it_first_stands(self, inbox: Inbox) -> None:
        inbox.keep(self.event())
        for outcome in ("applied", "ignored"):
            inbox.mark_handled("evt_1", outcome, NOW)
        inbox.mark_handled("evt_unknown", "applied", NOW)
        found = inbox.get("evt_1")
        assert found is not None
        assert found.handled == "applied"
        assert inbox.get("evt_unknown") is None

    def test_those_wait_that_are_old_and_not_handled(self, inbox: Inbox) -> None:
        for number in (3, 1, 2, 9):
            inbox.keep(self.event(number))
        inbox.mark_handled("evt_2", "applied", NOW)
        assert [event.event_id for event in inbox.waiting(NOW + 9)] == ["evt_1", "evt_3"]


class LedgerContract:
    """A subclass gives the fixture `ledger`: an empty one, and `entries` to look into it."""

    def test_an_entry_is_written_once_and_never_changed(self, ledger: RevenueLedger) -> None:
        entry = RevenueEvent(
            entry_id="payment#in_1",
            kind=RevenueKind.PAYMENT,
            amount=1_900,
            currency="USD",
            at=NOW,
            subscription_id="mamsub_1",
            invoice_id="in_1",
            period_start=NOW,
            period_end=NOW + 9,
        )
        assert [ledger.add(entry), ledger.add(entry.model_copy(update={"amount": 1}))] == [True, False]


class AttemptsContract:
    """A subclass gives the fixture `attempts`: an empty log."""

    def test_so_many_an_hour_and_no_more(self, attempts: Attempts) -> None:
        for number in range(3):
            attempts.take("a", POLICY, f"try {number}".replace(" ", "-"), NOW + number)
        with pytest.raises(TooManyAttempts) as refused:
            attempts.take("a", POLICY, "one-more", NOW + 10)
        assert int(refused.value.headers["retry-after"]) == 3_590
        assert attempts.take("b", POLICY, "one", NOW).remaining == 2
        assert attempts.take("a", POLICY, "later", NOW + 3_601).remaining == 1

    def test_the_same_attempt_counts_once(self, attempts: Attempts) -> None:
        for _ in range(5):
            assert attempts.take("a", POLICY, "same", NOW).remaining == 2
        assert attempts.look("a", POLICY, NOW).remaining == 2
        assert attempts.look("a", POLICY, NOW + 3_601).remaining == 3
