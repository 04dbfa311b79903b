"""A new key at Stripe reaches functions that are warm (docs/operations.md)."""

import pytest

from shared.runtime import wiring


def test_whoever_asks_stripe_does_so_with_the_key_that_the_secret_holds_now(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = {"api_key": "sk_test_first"}
    monkeypatch.setattr("shared.adapters.secrets.read_secret", lambda _name: secret)
    monkeypatch.setattr("shared.adapters.stripe_payments.StripePayments", lambda key, _url: key)
    for name in ("STRIPE_SECRET", "SUBSCRIPTIONS_TABLE", "STRIPE_EVENTS_TABLE", "REVENUE_EVENTS_TABLE", "METERS_TABLE"):
        monkeypatch.setenv(name, "mam-sample")
    billing = wiring.billing
    asking = (
        billing.payments,
        lambda: billing.following().payments,
        lambda: billing.settlement().payments,
        lambda: billing.event_desk().settlement.payments,
    )
    assert [ask() for ask in asking] == ["sk_test_first"] * 4
    secret["api_key"] = "sk_live_second"
    assert [ask() for ask in asking] == ["sk_live_second"] * 4


def test_a_key_that_stays_keeps_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.adapters.secrets.read_secret", lambda _name: {"api_key": "sk_test_first"})
    monkeypatch.setenv("STRIPE_SECRET", "mam/stripe")
    assert wiring.billing.payments() is wiring.billing.payments()
