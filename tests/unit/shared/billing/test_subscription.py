from itertools import product

import pytest

from shared.billing.money import RecurringPrice
from shared.billing.payments import SeenSubscription
from shared.billing.plan import Plan
from shared.billing.standing import DAY, STANDINGS, SubscriptionStatus, known_status
from shared.billing.subscription import Subscription, as_seen

NOW, PERIOD_END = 1_800_000_000, 1_802_592_000
PLAN = Plan(slug="price-watch", name="Price Watch", price=RecurringPrice(amount_cents=1_900, currency="USD"))
STRIPES = sorted(set(SubscriptionStatus) - {SubscriptionStatus.PENDING, SubscriptionStatus.ABANDONED})


def a_row(**changes: object) -> Subscription:
    row = Subscription(subscription_id="mamsub_1", account_id="usr_1", plan=PLAN, created_at=NOW)
    return row.model_copy(update=changes)


def seen(status: str = "active", *, paid: bool = True, cancel_at: int | None = None) -> SeenSubscription:
    return SeenSubscription(
        stripe_id="sub_1",
        subscription_id="mamsub_1",
        customer_id="cus_1",
        status=status,
        period_start=NOW,
        period_end=PERIOD_END,
        cancel_at=cancel_at,
        paid=paid,
    )


def test_there_is_a_standing_for_each_of_the_eight_statuses_and_our_two() -> None:
    assert len(STRIPES) == 8
    assert set(STANDINGS) == set(SubscriptionStatus)


@pytest.mark.parametrize(
    ("status", "grace"),
    [
        ("pending", None),
        ("abandoned", None),
        ("incomplete", None),
        ("incomplete_expired", None),
        ("trialing", 3 * DAY),
        ("active", 3 * DAY),
        ("past_due", 7 * DAY),
        ("unpaid", None),
        ("paused", None),
        ("canceled", None),
    ],
)
def test_access_lasts_as_long_as_the_table_says(status: str, grace: int | None) -> None:
    row = a_row(status=SubscriptionStatus(status), paid_until=PERIOD_END)
    assert row.has_access(PERIOD_END - 1) is (grace is not None)
    assert row.has_access(PERIOD_END + (grace or 0) - 1) is (grace is not None)
    assert not row.has_access(PERIOD_END + (grace or 0))


def test_nobody_has_access_who_has_paid_nothing() -> None:
    """A debit makes the subscription active before its money is there."""
    row = as_seen(a_row(), seen("active", paid=False))
    assert (row.status, row.has_access(NOW)) == (SubscriptionStatus.ACTIVE, False)


def test_a_cancelled_period_ends_access_to_the_second_whether_or_not_an_event_comes() -> None:
    row = as_seen(a_row(), seen(cancel_at=PERIOD_END))
    assert [row.has_access(PERIOD_END - 1), row.has_access(PERIOD_END)] == [True, False]


@pytest.mark.parametrize(("ended", "later"), list(product(["canceled", "incomplete_expired"], STRIPES)))
def test_a_late_update_never_brings_back_what_has_ended(ended: str, later: str) -> None:
    gone = as_seen(a_row(), seen(ended))
    assert gone.ended
    assert as_seen(gone, seen(later)) == gone


@pytest.mark.parametrize("status", ["", "frozen", "ACTIVE", "pending", "abandoned"])
def test_a_status_that_nobody_decided_about_changes_nothing(status: str) -> None:
    assert known_status(status) is None
    assert as_seen(a_row(), seen(status)) == a_row()


def test_another_subscription_of_the_same_name_changes_nothing() -> None:
    row = a_row(stripe_id="sub_other")
    assert as_seen(row, seen()) == row


def test_what_was_paid_for_stays_paid_for_when_the_next_invoice_is_open() -> None:
    paid = as_seen(a_row(), seen())
    renewing = as_seen(paid, seen("past_due", paid=False).model_copy(update={"period_end": PERIOD_END + 30 * DAY}))
    assert renewing.paid_until == PERIOD_END
    assert renewing.has_access(PERIOD_END + 7 * DAY - 1)


def test_a_wish_to_cancel_stands_until_stripe_has_confirmed_it() -> None:
    row = a_row(cancel_intent="wish")
    assert as_seen(row, seen()).cancel_intent == "wish"
    assert as_seen(row, seen(cancel_at=PERIOD_END)).cancel_intent is None
