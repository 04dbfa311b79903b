"""Wiring of billing: Stripe, the tables that follow Stripe, and its secrets."""

from functools import cache, lru_cache
from time import time
from typing import TYPE_CHECKING

from shared.runtime.settings import settings
from shared.runtime.wiring import accounts

if TYPE_CHECKING:
    from shared.adapters.attempts_table import AttemptsTable
    from shared.adapters.revenue_events_table import RevenueEventsTable
    from shared.adapters.stripe_events_table import StripeEventsTable
    from shared.adapters.stripe_payments import StripePayments
    from shared.adapters.subscriptions_table import SubscriptionsTable
    from shared.billing.customers import Customers
    from shared.billing.event_desk import EventDesk
    from shared.billing.following import Following
    from shared.billing.settlement import Settlement


def payments() -> "StripePayments":
    """With the key as it was read in the last five minutes, so that keys can rotate; connections last as long as it."""
    from shared.adapters.secrets import read_secret

    return _connect(read_secret(settings().stripe_secret)["api_key"], settings().stripe_url)


@lru_cache(maxsize=1)
def _connect(api_key: str, url: str | None) -> "StripePayments":
    from shared.adapters.stripe_payments import StripePayments

    return StripePayments(api_key, url)


@cache
def subscriptions() -> "SubscriptionsTable":
    from shared.adapters.subscriptions_table import SubscriptionsTable

    return SubscriptionsTable(settings().subscriptions_table)


def customers() -> "Customers":
    from shared.adapters.account_customers import AccountCustomers

    return AccountCustomers(accounts.users())


@cache
def inbox() -> "StripeEventsTable":
    from shared.adapters.stripe_events_table import StripeEventsTable

    return StripeEventsTable(settings().stripe_events_table)


@cache
def ledger() -> "RevenueEventsTable":
    from shared.adapters.revenue_events_table import RevenueEventsTable

    return RevenueEventsTable(settings().revenue_events_table)


@cache
def attempts() -> "AttemptsTable":
    from shared.adapters.attempts_table import AttemptsTable

    return AttemptsTable(settings().meters_table)


def following() -> "Following":
    from shared.billing.following import Following

    return Following(payments(), subscriptions())


def settlement() -> "Settlement":
    from shared.billing.settlement import Settlement

    return Settlement(payments(), subscriptions(), ledger())


def event_desk() -> "EventDesk":
    from shared.billing.event_desk import EventDesk

    return EventDesk(inbox(), settlement(), attempts(), time)


def webhook_secrets() -> tuple[str, ...]:
    """All secrets that are valid now: `current`, and during a rotation also `previous`."""
    from shared.adapters.secrets import read_secret

    held = read_secret(settings().stripe_webhook_secret)
    return tuple(held[name] for name in ("current", "previous") if held.get(name))
