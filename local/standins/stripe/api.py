"""The API as the SDK speaks it, without a socket: a request in, status, headers and body out.

Idempotency as Stripe has it: the first answer to a key is kept for a day and given again, with `Idempotent-Replayed`;
the same key with other parameters is an error; what was refused before anything was done is not kept.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local.standins.stripe import catalogue, checkout, customers, invoices, portal, refunds, subscriptions
from local.standins.stripe.errors import StripeError, missing
from local.standins.stripe.form import Params, check_names, parse_form, whole
from local.standins.stripe.world import Thing, World, shown

KEPT_SECONDS = 24 * 3_600
PAGE, LARGEST_PAGE = 10, 100

Do = Callable[..., Thing | list[Thing]]


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return json.dumps(self.body)


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    do: Do
    takes: frozenset[str]


def _route(method: str, path: str, do: Do, takes: str = "") -> Route:
    return Route(method, re.compile(re.sub(r"{\w+}", "([^/]+)", path)), do, frozenset(takes.split()))


def _get(kind: str) -> Do:
    return lambda world, _params, object_id: world.find(kind, object_id)


def _events(world: World, params: Params) -> list[Thing]:
    since = int(params.get("created", {}).get("gte", 0)) if isinstance(params.get("created"), dict) else 0
    types = params.get("types")
    return [
        event
        for event in world.every("event")
        if event["created"] >= since and (types is None or event["type"] in types)
    ]


PAGING = " limit starting_after ending_before"
ROUTES = (
    _route("POST", "/v1/products", catalogue.create_product, "id name description metadata tax_code"),
    _route("POST", "/v1/products/{id}", catalogue.update_product, "name description active metadata"),
    _route("GET", "/v1/products/{id}", _get("product")),
    _route(
        "POST",
        "/v1/prices",
        catalogue.create_price,
        "product currency unit_amount recurring lookup_key metadata tax_behavior nickname",
    ),
    _route("GET", "/v1/prices", catalogue.list_prices, "lookup_keys product active" + PAGING),
    _route("GET", "/v1/prices/{id}", _get("price")),
    _route("POST", "/v1/customers", customers.create_customer, "email name metadata"),
    _route("POST", "/v1/customers/{id}", customers.update_customer, "email name metadata"),
    _route("DELETE", "/v1/customers/{id}", customers.delete_customer),
    _route("GET", "/v1/customers/{id}", _get("customer")),
    _route(
        "POST",
        "/v1/checkout/sessions",
        checkout.create_session,
        "mode line_items success_url cancel_url customer client_reference_id metadata subscription_data expires_at "
        "allow_promotion_codes automatic_tax customer_update tax_id_collection billing_address_collection",
    ),
    _route("POST", "/v1/checkout/sessions/{id}/expire", checkout.expire_session),
    _route("GET", "/v1/checkout/sessions", checkout.list_sessions, "customer status subscription" + PAGING),
    _route("GET", "/v1/checkout/sessions/{id}", _get("checkout.session")),
    _route("GET", "/v1/subscriptions", subscriptions.list_subscriptions, "customer status price created" + PAGING),
    _route("GET", "/v1/subscriptions/{id}", _get("subscription")),
    _route(
        "POST", "/v1/subscriptions/{id}", subscriptions.update_subscription, "cancel_at_period_end cancel_at metadata"
    ),
    _route("DELETE", "/v1/subscriptions/{id}", subscriptions.cancel_subscription, "invoice_now prorate"),
    _route("GET", "/v1/invoices", invoices.list_invoices, "subscription customer status created" + PAGING),
    _route("GET", "/v1/invoices/{id}", _get("invoice")),
    _route("POST", "/v1/invoices/{id}/pay", invoices.pay_invoice),
    _route("GET", "/v1/invoice_payments", invoices.list_invoice_payments, "invoice status payment" + PAGING),
    _route("GET", "/v1/payment_intents/{id}", _get("payment_intent")),
    _route("GET", "/v1/charges/{id}", _get("charge")),
    _route("POST", "/v1/refunds", refunds.create_refund, "payment_intent charge amount reason metadata"),
    _route("GET", "/v1/refunds", refunds.list_refunds, "payment_intent charge created" + PAGING),
    _route("GET", "/v1/refunds/{id}", _get("refund")),
    _route("GET", "/v1/disputes/{id}", _get("dispute")),
    _route("POST", "/v1/billing_portal/sessions", portal.create_session, "customer return_url configuration"),
    _route("GET", "/v1/events", _events, "type types created" + PAGING),
    _route("GET", "/v1/events/{id}", _get("event")),
)


def answer(world: World, method: str, path: str, query: str, body: str, headers: Mapping[str, str]) -> Answer:
    """One request of the SDK. The clock has to be where it should be (`clock.pass_time`)."""
    key = headers.get("idempotency-key") if method == "POST" else None
    stamp = {"request-id": world.new_id("req"), "stripe-version": headers.get("stripe-version", "")}
    try:
        params = parse_form(query if method == "GET" else "&".join(part for part in (query, body) if part))
        print_of = hashlib.sha256(json.dumps([method, path, params], sort_keys=True).encode()).hexdigest()
        if key is not None and (kept := _kept(world, key, print_of)) is not None:
            again = {"idempotent-replayed": "true", "idempotency-key": key, "original-request": kept["request"]}
            return Answer(kept["status"], kept["body"], {**stamp, **again})
        result = _done(world, method, path, params)
    except StripeError as error:
        if key is not None and error.type == "card_error":
            _keep(world, key, print_of, error.status, error.body, stamp["request-id"])
        return Answer(error.status, error.body, stamp)
    if key is not None:
        _keep(world, key, print_of, 200, result, stamp["request-id"])
        stamp["idempotency-key"] = key
    return Answer(200, result, stamp)


def _done(world: World, method: str, path: str, params: Params) -> Thing:
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match and route.method == method:
            check_names(params, route.takes)
            found = route.do(world, params, *match.groups())
            thing = _page(found, path, params) if isinstance(found, list) else shown(found)
            return _expanded(world, thing, params.get("expand", []))
    raise StripeError(404, f"Unrecognized request URL ({method}: {path}).")


def _kept(world: World, key: str, print_of: str) -> Thing | None:
    kept = world.keys.get(key)
    if kept is None or world.now - kept["at"] > KEPT_SECONDS:
        return None
    if kept["print"] != print_of:
        raise StripeError(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used with. Try "
            f"using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
        )
    return kept


def _keep(world: World, key: str, print_of: str, status: int, body: Any, request: str) -> None:
    world.keys[key] = {"print": print_of, "status": status, "body": body, "at": world.now, "request": request}


def _page(found: list[Thing], path: str, params: Params) -> Thing:
    """Newest first, as Stripe lists."""
    newest = found[::-1]
    ids = [thing["id"] for thing in newest]
    after = params.get("starting_after")
    if after is not None:
        if after not in ids:
            raise missing("object", after, "starting_after")
        newest = newest[ids.index(after) + 1 :]
    limit = min(max(whole(params, "limit", PAGE), 1), LARGEST_PAGE)
    return {
        "object": "list",
        "url": path,
        "has_more": len(newest) > limit,
        "data": [shown(thing) for thing in newest[:limit]],
    }


def _expanded(world: World, thing: Thing, paths: list[str]) -> Thing:
    for path in paths:
        _expand(world, thing, path.split("."))
    return thing


def _expand(world: World, node: Any, path: list[str]) -> None:
    name, *rest = path
    for one in node if isinstance(node, list) else [node]:
        value = one.get(name)
        if isinstance(value, str) and value in world.objects:
            value = one[name] = shown(world.objects[value])
        if rest and value:
            _expand(world, value, rest)
