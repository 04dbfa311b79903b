from local.standins.stripe.cards import SUCCESS
from shared.billing.inbox import StripeEvent
from shared.billing.standing import SubscriptionStatus
from tests.fakes.money_world import MoneyWorld

DAY = 86_400


def bought(world: MoneyWorld) -> str:
    row = world.open("usr_ann", "price-watch")
    world.pay(row, SUCCESS)
    return row.subscription_id


def test_events_that_never_came_are_found_at_stripe(world: MoneyWorld) -> None:
    subscription_id = bought(world)
    world.stripe.outbox.clear()
    world.pass_time(700)
    found = world.reconcile()
    assert found.missed_events >= 4
    assert world.row(subscription_id).status is SubscriptionStatus.ACTIVE
    assert world.booked() == world.moved() == 1_900


def test_what_is_young_may_still_be_on_its_way(world: MoneyWorld) -> None:
    bought(world)
    assert world.reconcile().missed_events == 0


def test_a_subscription_that_differs_is_repaired_even_if_its_events_are_long_gone(world: MoneyWorld) -> None:
    subscription_id = bought(world)
    world.deliver_all()
    [stripes] = world.stripe_of(world.row(subscription_id))
    stripes["status"] = "past_due"
    found = world.reconcile()
    assert (found.subscriptions, world.row(subscription_id).status) == (1, SubscriptionStatus.PAST_DUE)
    assert world.reconcile().subscriptions == 0


def test_what_nobody_could_process_is_tried_again_and_told(world: MoneyWorld) -> None:
    bought(world)
    for event_id in world.stripe.outbox:
        world.receive(event_id)
    world.pass_time(700)
    broken = {"/v1/invoices"}
    world.sdk.broken = lambda _method, path: 500 if any(path.startswith(one) for one in broken) else None
    found = world.reconcile()
    assert found.failed > 0
    assert all("PaymentsUnavailable" in line for line in world.told)
    broken.clear()
    assert world.reconcile().failed == 0
    assert world.booked() == world.moved() == 1_900


def test_what_is_charged_for_without_a_row_is_told(world: MoneyWorld) -> None:
    """Nobody can use or cancel it here, and Stripe goes on charging."""
    subscription_id = bought(world)
    world.deliver_all()
    del world.subscriptions.rows[subscription_id]
    assert (world.reconcile().failed, len(world.told)) == (1, 1)
    [stripes] = [one for one in world.stripe.every("subscription") if one["status"] == "active"]
    assert stripes["id"] in world.told[0]
    stripes["status"] = "canceled"
    assert world.reconcile().failed == 0


def test_where_all_is_well_nothing_is_written(world: MoneyWorld) -> None:
    bought(world)
    world.deliver_all()
    world.pass_time(700)
    world.inbox.keep(StripeEvent(event_id="evt_x", type="nobody.knows", handled="ignored"))
    before = (dict(world.subscriptions.rows), dict(world.ledger.entries), dict(world.inbox.events))
    found = world.reconcile()
    assert (found.missed_events, found.waiting_events, found.subscriptions, found.failed) == (0, 0, 0, 0)
    assert (world.subscriptions.rows, world.ledger.entries, world.inbox.events) == before
