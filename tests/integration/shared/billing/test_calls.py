"""How often each request asks DynamoDB; docs/architecture.md lists it. The caller's session is one read more."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pynamodb.connection import Connection

from functions.billing.cancel_subscription.cancel import CancelDesk
from functions.billing.start_checkout.start import CheckoutDesk
from local.standins.stripe import checkout
from local.standins.stripe.cards import SUCCESS
from shared.adapters.attempts_table import AttemptsTable
from shared.adapters.stripe_events_table import StripeEventsTable
from shared.adapters.subscriptions_table import SubscriptionsTable
from shared.billing.following import Following
from shared.billing.inbox import StripeEvent
from shared.billing.shown import own_subscription
from shared.billing.subscription import Subscription
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.money_world import SITE, MoneyWorld
from tests.integration.billing_tables import create_billing_tables

ANN, SLUG = "usr_ann", "price-watch"


class Shop:
    """The product's own tables; agents and customers, which are other domains', in memory."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = MoneyWorld(seed=1)
        self.world.publish(SLUG)
        self.table = SubscriptionsTable("subscriptions")
        self.calls: list[str] = []
        ask = Connection._make_api_call  # pyright: ignore[reportPrivateUsage]

        def counted(connection: Connection, operation: str, *args: object, **options: object) -> object:
            if operation != "DescribeTable":
                self.calls.append(operation)
            return ask(connection, operation, *args, **options)  # pyright: ignore

        monkeypatch.setattr(Connection, "_make_api_call", counted)

    @contextmanager
    def asking(self, number: int) -> Iterator[None]:
        self.calls.clear()
        yield
        assert len(self.calls) == number, self.calls

    def open(self) -> Subscription:
        desk = CheckoutDesk(
            agents=self.world.agents,
            subscriptions=self.table,
            prices=self.table,
            customers=self.world.subscriptions,
            attempts=AttemptsTable("meters"),
            payments=lambda: self.world.payments,
            site=SITE,
            tax=False,
            clock=lambda: self.world.now,
        )
        return desk.open(SLUG, ANN)

    def pay(self, row: Subscription) -> None:
        assert row.checkout is not None
        checkout.pay(self.world.stripe, self.world.stripe.objects[row.checkout.session_id], SUCCESS)


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with mock_dynamodb():
        create_billing_tables()
        yield Shop(monkeypatch)


def test_calls_of_each_request(shop: Shop) -> None:
    with shop.asking(7):
        row = shop.open()
    with shop.asking(3):
        shop.open()
    with shop.asking(1):
        own_subscription(shop.table, row.subscription_id, ANN)
    shop.pay(row)
    assert row.checkout is not None
    following = Following(shop.world.payments, shop.table)
    with shop.asking(3):
        paid = following.follow_checkout(row.checkout.session_id, row.subscription_id)
    assert paid is not None
    with shop.asking(1):
        shop.table.of_account(ANN)
    with shop.asking(4):
        cancelled = CancelDesk(shop.table, shop.world.payments).cancel(paid)
    with shop.asking(0):
        CancelDesk(shop.table, shop.world.payments).cancel(cancelled)
    with shop.asking(1):
        StripeEventsTable("stripe-events").keep(StripeEvent(event_id="evt_1", type="x", received_at=1))
