from functions.billing.offer_agent.offer import offer, plan_of
from tests.fakes.listings import a_listing
from tests.fakes.money_world import MoneyWorld


def image(cents: int = 1_900, status: str = "published") -> dict[str, object]:
    listing = a_listing("price-watch", price_cents=cents)
    return {"slug": "price-watch", "status": status, "summary": listing.model_dump_json()}


def offered(world: MoneyWorld, **changes: object) -> bool:
    plan = plan_of(image(**changes))  # pyright: ignore
    assert plan is not None
    return offer(plan, world.subscriptions, lambda: world.payments)


def test_what_is_published_gets_its_product_and_price_once(world: MoneyWorld) -> None:
    assert [offered(world) for _ in range(3)] == [True, False, False]
    assert len(world.sdk.calls) == 3
    [price] = world.stripe.every("price")
    assert (price["unit_amount"], price["currency"], price["product"]) == (1_900, "usd", "mam_price-watch")


def test_a_changed_price_is_another_one_of_the_same_product(world: MoneyWorld) -> None:
    offered(world)
    offered(world, cents=2_400)
    assert [price["unit_amount"] for price in world.stripe.every("price")] == [1_900, 2_400]
    assert len(list(world.stripe.every("product"))) == 1


def test_a_price_whose_id_was_lost_is_found_again(world: MoneyWorld) -> None:
    offered(world)
    world.subscriptions.price_ids.clear()
    assert offered(world)
    assert len(list(world.stripe.every("price"))) == 1


def test_only_what_is_published_is_offered() -> None:
    assert plan_of({}) is None
    assert plan_of({"slug": "opportunity#x", "opportunity_id": "x"}) is None
    for status in ("reserved", "rejected", "withdrawn"):
        assert plan_of(image(status=status)) is None
