"""The tables of money keep the promises of their Protocols, on DynamoDB as moto plays it."""

from collections.abc import Iterator

import pytest

from shared.adapters.attempts_table import AttemptsTable
from shared.adapters.revenue_events_table import RevenueEventsTable
from shared.adapters.stripe_events_table import StripeEventsTable
from shared.adapters.subscriptions_table import SubscriptionsTable
from shared.billing.inbox import KEPT_SECONDS as EVENT_SECONDS
from shared.billing.subscription import KEPT_SECONDS, Checkout
from tests.contracts.billing_stores import (
    ANN,
    NOW,
    AttemptsContract,
    InboxContract,
    LedgerContract,
    SubscriptionsContract,
    a_subscription,
    opened,
)
from tests.fakes.dynamodb import mock_dynamodb
from tests.integration.billing_tables import create_billing_tables, item


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with mock_dynamodb():
        create_billing_tables()
        yield


@pytest.fixture
def store() -> SubscriptionsTable:
    return SubscriptionsTable("subscriptions")


class TestSubscriptionsTable(SubscriptionsContract):
    """`store` is the module's."""


class TestStripeEventsTable(InboxContract):
    @pytest.fixture
    def inbox(self) -> StripeEventsTable:
        return StripeEventsTable("stripe-events")

    def test_events_expire_long_after_stripe_has_forgotten_them(self, inbox: StripeEventsTable) -> None:
        event = self.event()
        inbox.keep(event)
        stored = item("stripe-events", event.event_id)
        assert stored is not None
        assert int(stored["expires_at"]["N"]) == event.received_at + EVENT_SECONDS


class TestRevenueEventsTable(LedgerContract):
    @pytest.fixture
    def ledger(self) -> RevenueEventsTable:
        return RevenueEventsTable("revenue-events")


class TestAttemptsTable(AttemptsContract):
    @pytest.fixture
    def attempts(self) -> AttemptsTable:
        return AttemptsTable("meters")


def test_a_checkout_that_nobody_completes_expires_and_what_was_paid_stays(store: SubscriptionsTable) -> None:
    row = opened(store)
    page = Checkout(session_id="cs_1", url="https://x", expires_at=NOW + 86_400)
    assert store.save(row.model_copy(update={"checkout": page}))
    stored = item("subscriptions", row.subscription_id)
    assert stored is not None
    assert int(stored["expires_at"]["N"]) == NOW + 86_400 + KEPT_SECONDS
    assert store.save(a_subscription(checkout=page, stripe_id="sub_1", version=2))
    paid = item("subscriptions", row.subscription_id)
    assert paid is not None
    assert "expires_at" not in paid
    assert paid["account_id"]["S"] == ANN
