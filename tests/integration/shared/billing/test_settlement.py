"""What events lead to, with the real SDK between the product and the stand-in."""

import json

import pytest

from local.standins.stripe import refunds
from local.standins.stripe.cards import DEBIT, DECLINE, FAILING_DEBIT, SUCCESS
from local.standins.stripe.world import shown
from shared.billing.events import apply
from shared.billing.inbox import StripeEvent, read_event
from shared.billing.payments import PaymentsUnavailable
from shared.billing.revenue import RevenueEvent
from shared.billing.standing import SubscriptionStatus
from shared.billing.subscription import Subscription, SubscriptionPlace
from tests.fakes.crashes import Crash, Crashes
from tests.fakes.money_world import MoneyWorld

ANN, SLUG, DAY = "usr_ann", "price-watch", 86_400

SIX = (
    "checkout.session.completed",
    "customer.subscription.created",
    "invoice.payment_succeeded",
    "refund.created",
    "customer.subscription.deleted",
)
"""One kind comes twice: the first invoice and the renewal's."""

Held = tuple[dict[str, Subscription], dict[tuple[str, str], SubscriptionPlace], dict[str, RevenueEvent]]
"""All that the product holds of money."""


@pytest.fixture
def world() -> MoneyWorld:
    return a_world()


def a_world(crashes: Crashes | None = None) -> MoneyWorld:
    made = MoneyWorld(seed=1) if crashes is None else MoneyWorld(1, crashes)
    made.publish(SLUG)
    return made


def subscribe(world: MoneyWorld, number: str = SUCCESS, account: str = ANN) -> Subscription:
    row = world.open(account, SLUG)
    world.pay(row, number)
    world.deliver_all()
    return world.row(row.subscription_id)


def two_tabs(world: MoneyWorld) -> tuple[Subscription, Subscription]:
    """Both pages paid, and no event delivered yet."""
    first = world.open(ANN, SLUG)
    place = world.subscriptions.place(ANN, SLUG)
    world.subscriptions.places[ANN, SLUG] = place.model_copy(update={"attempt": None})
    second = world.open(ANN, SLUG)
    for row in (first, second):
        world.pay(row, SUCCESS)
    return first, second


def charge_id(world: MoneyWorld, which: int = -1) -> str:
    return [one for one in world.stripe.money if one["kind"] == "charge"][which]["id"]


def test_a_paid_checkout_becomes_a_subscription_and_an_entry(world: MoneyWorld) -> None:
    row = subscribe(world)
    assert (row.status, row.paid_until) == (SubscriptionStatus.ACTIVE, row.period_end)
    assert row.has_access(world.now)
    assert [(entry.amount, entry.currency) for entry in world.ledger.entries.values()] == [(1_900, "USD")]


def test_a_renewal_is_a_new_period_and_a_new_entry(world: MoneyWorld) -> None:
    before = subscribe(world)
    world.pass_time(32 * DAY)
    world.deliver_all()
    after = world.row(before.subscription_id)
    assert (after.period_start, after.paid_until) == (before.period_end, after.period_end)
    assert world.booked() == 2 * 1_900 == world.moved()


def test_a_renewal_that_fails_leaves_a_week_and_recovers_with_another_card(world: MoneyWorld) -> None:
    row = subscribe(world)
    customer = world.stripe.objects[row.customer_id or ""]
    customer["_number"] = DECLINE
    world.pass_time(32 * DAY)
    world.deliver_all()
    behind = world.row(row.subscription_id)
    assert (behind.status, behind.has_access(world.now)) == (SubscriptionStatus.PAST_DUE, True)
    assert not behind.has_access(behind.paid_until + 7 * DAY)
    customer["_number"] = SUCCESS
    world.pass_time(4 * DAY)
    world.deliver_all()
    assert world.row(row.subscription_id).status is SubscriptionStatus.ACTIVE
    assert world.booked() == world.moved() == 2 * 1_900


def test_a_card_that_never_works_again_ends_the_subscription(world: MoneyWorld) -> None:
    row = subscribe(world)
    world.stripe.objects[row.customer_id or ""]["_number"] = DECLINE
    world.pass_time(60 * DAY)
    world.deliver_all()
    assert world.row(row.subscription_id).status is SubscriptionStatus.CANCELED
    assert world.booked() == 1_900


def test_a_debit_gives_access_when_its_money_is_there(world: MoneyWorld) -> None:
    row = subscribe(world, DEBIT)
    assert (row.status, row.has_access(world.now)) == (SubscriptionStatus.ACTIVE, False)
    world.pass_time(4 * DAY)
    world.deliver_all()
    assert world.row(row.subscription_id).has_access(world.now)


def test_a_debit_that_fails_ends_what_never_began(world: MoneyWorld) -> None:
    row = subscribe(world, FAILING_DEBIT)
    world.pass_time(4 * DAY)
    world.deliver_all()
    after = world.row(row.subscription_id)
    assert (after.status, after.has_access(world.now), world.booked()) == (SubscriptionStatus.CANCELED, False, 0)


def test_the_second_of_two_tabs_is_cancelled_and_refunded_once(world: MoneyWorld) -> None:
    rows = two_tabs(world)
    events = list(world.stripe.outbox)
    for _ in range(3):
        world.deliver(*events)
    [kept] = [row for row in (world.row(one.subscription_id) for one in rows) if row.duplicate_of is None]
    [undone] = [row for row in (world.row(one.subscription_id) for one in rows) if row.duplicate_of is not None]
    assert (kept.status, kept.has_access(world.now)) == (SubscriptionStatus.ACTIVE, True)
    assert (undone.status, undone.undone, undone.has_access(world.now)) == (SubscriptionStatus.CANCELED, True, False)
    assert len(list(world.stripe.every("refund"))) == 1
    assert world.booked() == world.moved() == 1_900


@pytest.mark.parametrize("late", [False, True])
def test_undoing_survives_a_crash_at_every_write(late: bool) -> None:
    crashes = Crashes()
    world = a_world(crashes)
    two_tabs(world)
    began = crashes.writes
    world.deliver_all()
    for at in range(began + 1, crashes.writes + 1):
        again = Crashes(at, late=late)
        world = a_world(again)
        two_tabs(world)
        for event_id in list(world.stripe.outbox):
            try:
                world.deliver(event_id)
            except Crash:
                world.deliver(event_id)
        world.deliver_all()
        assert (world.booked(), world.moved()) == (1_900, 1_900), f"write {at}"
        assert len(list(world.stripe.every("refund"))) == 1, f"write {at}"


def test_a_payment_of_a_duplicate_that_comes_late_is_given_back_too(world: MoneyWorld) -> None:
    """Its debit was on its way when the other page was paid by card."""
    debit = subscribe(world, DEBIT)
    place = world.subscriptions.place(ANN, SLUG)
    world.subscriptions.places[ANN, SLUG] = place.model_copy(update={"attempt": None})
    card = subscribe(world)
    assert card.has_access(world.now)
    world.pass_time(4 * DAY)
    world.deliver_all()
    assert world.row(debit.subscription_id).undone
    assert world.booked() == world.moved() == 1_900


@pytest.mark.parametrize("amount", [None, 500])
def test_a_refund_is_an_entry_through_the_invoice(world: MoneyWorld, amount: int | None) -> None:
    subscribe(world)
    given = {"charge": charge_id(world), **({"amount": str(amount)} if amount else {})}
    refund = refunds.create_refund(world.stripe, given)
    world.deliver_all()
    assert world.booked() == world.moved() == 1_900 - (amount or 1_900)
    refunds.fail_refund(world.stripe, refund)
    world.deliver_all()
    assert world.booked() == world.moved() == 1_900


@pytest.mark.parametrize(("outcome", "kept"), [("lost", 0), ("won", 1_900)])
def test_a_dispute_takes_the_money_until_it_is_won(world: MoneyWorld, outcome: str, kept: int) -> None:
    subscribe(world)
    dispute = refunds.open_dispute(world.stripe, world.stripe.objects[charge_id(world)])
    world.deliver_all()
    assert world.booked() == 0
    refunds.close_dispute(world.stripe, dispute, outcome)
    world.deliver_all()
    assert world.booked() == world.moved() == kept


def test_a_cancelled_subscription_works_until_its_period_ends(world: MoneyWorld) -> None:
    row = subscribe(world)
    cancelled = world.cancel(row)
    assert cancelled.cancel_at == row.period_end
    assert world.cancel(cancelled) == cancelled
    world.pass_time(29 * DAY)
    world.deliver_all()
    assert world.row(row.subscription_id).has_access(world.now)
    world.pass_time(2 * DAY)
    world.deliver_all()
    assert world.row(row.subscription_id).status is SubscriptionStatus.CANCELED


def test_events_of_others_who_use_the_same_account_change_nothing(world: MoneyWorld) -> None:
    row = subscribe(world)
    [stripes] = world.stripe_of(row)
    stripes["metadata"] = {}
    stripes["status"] = "past_due"
    world.stripe.tell("customer.subscription.updated", stripes)
    world.deliver_all()
    assert world.row(row.subscription_id).status is SubscriptionStatus.ACTIVE


@pytest.mark.parametrize("type_", ["customer.subscription.updated", "invoice.paid", "refund.created", "nobody.knows"])
def test_an_event_about_what_is_not_there_any_more_changes_nothing(world: MoneyWorld, type_: str) -> None:
    event = world.stripe.tell(type_, {"id": "gone_1", "object": "x", "metadata": {"mam_subscription": "mamsub_0"}})
    world.deliver_all()
    assert world.inbox.events[event["id"]].handled is not None
    assert (world.booked(), world.subscriptions.rows) == (0, {})


def test_an_event_waits_while_stripe_does_not_answer(world: MoneyWorld) -> None:
    row = world.open(ANN, SLUG)
    world.pay(row, SUCCESS)
    [event] = [one for one in world.stripe.outbox if world.stripe.objects[one]["type"] == "invoice.paid"]
    world.sdk.broken = lambda _method, _path: 503
    with pytest.raises(PaymentsUnavailable):
        world.deliver(event)
    assert world.inbox.events[event].handled is None
    world.sdk.broken = lambda _method, _path: None
    world.deliver(event)
    assert (world.inbox.events[event].handled, world.booked()) == ("applied", 1_900)


def lived() -> tuple[MoneyWorld, list[StripeEvent]]:
    """A subscription that was paid, renewed, partly refunded and cancelled at once: an event of each kind."""
    world = a_world()
    row = world.open(ANN, SLUG)
    world.pay(row, SUCCESS)
    world.pass_time(32 * DAY)
    refunds.create_refund(world.stripe, {"charge": charge_id(world), "amount": "700"})
    [stripes] = world.stripe_of(row)
    world.payments.cancel_now(stripes["id"], "k")
    bodies = [json.dumps(shown(world.stripe.objects[one])).encode() for one in world.stripe.outbox]
    events = [read_event(body, world.now) for body in bodies]
    one_of_each = {(event.type, event.object_id): event for event in events if event.type in SIX}
    return world, list(one_of_each.values())


def held_by(world: MoneyWorld) -> Held:
    return dict(world.subscriptions.rows), dict(world.subscriptions.places), dict(world.ledger.entries)


def put_back(world: MoneyWorld, held: Held) -> None:
    rows, places, entries = held
    world.subscriptions.rows, world.subscriptions.places, world.ledger.entries = dict(rows), dict(places), dict(entries)


def known_as(held: Held) -> str:
    """How often a row was written is its own business."""
    rows, places, entries = held
    unversioned = sorted(row.model_dump_json(exclude={"version"}) for row in rows.values())
    return repr((unversioned, sorted(map(repr, places.values())), sorted(entries)))


def test_events_in_any_order_and_any_of_them_again_end_in_one_state() -> None:
    """Every state that deliveries can lead to is visited, so this holds for every permutation with any duplicates. The
    inbox, which drops duplicates, is not even asked.
    """
    world, events = lived()
    began = held_by(world)
    seen = {(known_as(began), frozenset[str]()): began}
    to_visit, ends = list(seen), set[str]()
    while to_visit:
        state, delivered = to_visit.pop()
        for event in events:
            put_back(world, seen[state, delivered])
            apply(event, world.settlement)
            after = held_by(world)
            reached = (known_as(after), delivered | {event.event_id})
            if len(reached[1]) == len(events):
                ends.add(reached[0])
            if reached not in seen:
                seen[reached] = after
                to_visit.append(reached)
    assert len(events) == 6
    assert {len(delivered) for _, delivered in seen} == set(range(7))
    assert len(ends) == 1
