"""Products and prices. A price never changes: another amount is another price."""

from local.standins.stripe.errors import invalid
from local.standins.stripe.form import Params, needed, truth, whole
from local.standins.stripe.world import Thing, World


def create_product(world: World, params: Params) -> Thing:
    product_id = params.get("id") or world.new_id("prod")
    if product_id in world.objects:
        raise invalid(f"Product already exists: {product_id}", "id", "resource_already_exists")
    product = world.add(
        "product",
        product_id,
        active=True,
        name=needed(params, "name"),
        description=params.get("description"),
        metadata=params.get("metadata", {}),
    )
    world.tell("product.created", product)
    return product


def update_product(world: World, params: Params, product_id: str) -> Thing:
    product = world.find("product", product_id)
    product.update({name: params[name] for name in ("name", "description") if name in params})
    if "active" in params:
        product["active"] = truth(params, "active")
    world.tell("product.updated", product)
    return product


def create_price(world: World, params: Params) -> Thing:
    product = world.find("product", needed(params, "product"), "product")
    lookup_key = params.get("lookup_key")
    if lookup_key and _by_lookup_key(world, [lookup_key]):
        raise invalid(
            f"A price (`{_by_lookup_key(world, [lookup_key])[0]['id']}`) already uses that lookup key.", "lookup_key"
        )
    price = world.add(
        "price",
        world.new_id("price"),
        active=True,
        billing_scheme="per_unit",
        currency=needed(params, "currency").lower(),
        lookup_key=lookup_key,
        product=product["id"],
        recurring={"interval": needed(params, "recurring")["interval"], "interval_count": 1, "usage_type": "licensed"},
        type="recurring",
        unit_amount=whole(params, "unit_amount"),
        unit_amount_decimal=str(whole(params, "unit_amount")),
        metadata=params.get("metadata", {}),
    )
    world.tell("price.created", price)
    return price


def list_prices(world: World, params: Params) -> list[Thing]:
    if "lookup_keys" in params:
        return _by_lookup_key(world, params["lookup_keys"])
    return [price for price in world.every("price") if params.get("product") in (None, price["product"])]


def _by_lookup_key(world: World, keys: list[str]) -> list[Thing]:
    return [price for price in world.every("price") if price["lookup_key"] in keys]
