"""A marketplace that sells, in one process: the product's own code between tables in memory and the Stripe stand-in,
asked by the real SDK. `writing` is held around every write of either, so that a crash can be put there.
"""

import json
from collections.abc import Callable, Sequence

import pytest

from functions.billing.cancel_subscription.cancel import CancelDesk
from functions.billing.reconcile_subscriptions.reconcile import Reconciled, Reconciler
from functions.billing.start_checkout.start import CheckoutDesk
from local.standins.stripe import checkout
from local.standins.stripe.clock import pass_time
from local.standins.stripe.world import Thing, World, shown
from shared.billing.event_desk import EventDesk
from shared.billing.following import Following
from shared.billing.inbox import read_event
from shared.billing.money import RecurringPrice
from shared.billing.settlement import Settlement
from shared.billing.subscription import Subscription
from shared.catalogue.repository import AgentVersion
from shared.runtime import wiring
from tests.fakes.agents import FakeAgents
from tests.fakes.billing import FakeAttempts, FakeInbox, FakeLedger, FakeSubscriptions, always
from tests.fakes.crashes import Writing
from tests.fakes.listings import a_listing
from tests.fakes.stripe_service import stripe_payments

SITE = "https://mam.test"
WEBHOOK_SECRETS = ("whsec_new", "whsec_old")
BEGAN = 1_800_000_000.0


class MoneyWorld:
    """`now` is everybody's clock, the product's and Stripe's. Events wait in `stripe.outbox` to be delivered."""

    def __init__(self, seed: int = 0, writing: Writing = always, agents: FakeAgents | None = None) -> None:
        self.stripe = World(clock=lambda: BEGAN, seed=seed)
        self.stripe.url = "https://checkout.stripe.test"
        self.agents = agents or FakeAgents()
        self.subscriptions = FakeSubscriptions(writing)
        self.inbox = FakeInbox(writing)
        self.ledger = FakeLedger(writing)
        self.attempts = FakeAttempts(writing)
        self.payments, self.sdk = stripe_payments(self.stripe, writing)
        self.settlement = Settlement(self.payments, self.subscriptions, self.ledger)
        self.following = Following(self.payments, self.subscriptions)
        self.desk = EventDesk(self.inbox, self.settlement, self.attempts, lambda: self.now)
        self._versions: dict[str, int] = {}
        self.told: list[str] = []

    @property
    def now(self) -> float:
        return float(self.stripe.now)

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Behind the endpoints; their clocks are left alone."""
        providers: dict[str, Callable[[], object]] = {
            "subscriptions": lambda: self.subscriptions,
            "customers": lambda: self.subscriptions,
            "payments": lambda: self.payments,
            "attempts": lambda: self.attempts,
            "inbox": lambda: self.inbox,
            "following": lambda: self.following,
            "webhook_secrets": lambda: WEBHOOK_SECRETS,
        }
        for name, provider in providers.items():
            monkeypatch.setattr(wiring.billing, name, provider)
        monkeypatch.setenv("SITE_URL", SITE)
        monkeypatch.setenv("STRIPE_TAX", "off")

    def publish(self, slug: str, cents: int = 1_900) -> None:
        """Again with another price: the next version."""
        number = self._versions[slug] = self._versions.get(slug, 0) + 1
        price = RecurringPrice(amount_cents=cents, currency="USD")
        listing = a_listing(slug).model_copy(update={"price": price})
        version = AgentVersion(
            slug=slug,
            version=number,
            opportunity_id=f"opp_{slug}",
            build_id=f"build-{number}",
            spec_key="specs/x.yaml",
            code_key="code/x.json",
            image_digest="sha256:" + "0" * 64,
            report_key="reports/x.json",
            scores_key="scores/x.json",
            certificate_key="certificates/x.json",
            models=("model",),
            published_at=listing.published_at,
        )
        self.agents.reserve(slug, version.opportunity_id)
        self.agents.publish(version, listing, f"listings/{slug}.json")

    def open(self, account: str, slug: str) -> Subscription:
        desk = CheckoutDesk(
            agents=self.agents,
            subscriptions=self.subscriptions,
            prices=self.subscriptions,
            customers=self.subscriptions,
            attempts=self.attempts,
            payments=lambda: self.payments,
            site=SITE,
            tax=True,
            clock=lambda: self.now,
        )
        return desk.open(slug, account)

    def pay(self, row: Subscription, number: str, *, confirmed: bool | None = None) -> Thing:
        assert row.checkout is not None
        return checkout.pay(self.stripe, self.stripe.objects[row.checkout.session_id], number, confirmed=confirmed)

    def cancel(self, row: Subscription) -> Subscription:
        return CancelDesk(self.subscriptions, self.payments).cancel(row)

    def deliver(self, *event_ids: str) -> None:
        """Each as the webhook and then the reaction would take it."""
        for event_id in event_ids:
            self.receive(event_id)
            self.desk.handle(event_id)

    def receive(self, event_id: str) -> None:
        body = json.dumps(shown(self.stripe.objects[event_id])).encode()
        self.inbox.keep(read_event(body, self.now))

    def deliver_all(self) -> None:
        """What fails stays where it is."""
        for event_id in list(self.stripe.outbox):
            self.deliver(event_id)
            if event_id in self.stripe.outbox:
                self.stripe.outbox.remove(event_id)

    def pass_time(self, seconds: float) -> None:
        pass_time(self.stripe, seconds)

    def reconcile(self) -> Reconciled:
        reconciler = Reconciler(
            payments=self.payments,
            subscriptions=self.subscriptions,
            inbox=self.inbox,
            desk=self.desk,
            tell=lambda what, error: self.told.append(f"{what}: {error!r}"),
            clock=lambda: self.now,
        )
        return reconciler.reconcile()

    def row(self, subscription_id: str) -> Subscription:
        return self.subscriptions.rows[subscription_id]

    def stripe_of(self, row: Subscription) -> Sequence[Thing]:
        """Stripe's subscriptions that bear the row's name."""
        return [
            one
            for one in self.stripe.every("subscription")
            if one["metadata"].get("mam_subscription") == row.subscription_id
        ]

    def booked(self) -> int:
        return sum(entry.amount for entry in self.ledger.entries.values())

    def moved(self) -> int:
        return sum(movement["amount"] for movement in self.stripe.money)
