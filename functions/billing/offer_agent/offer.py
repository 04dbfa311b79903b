"""From a changed row of `agents` to its price at Stripe. A checkout that comes first makes the same price itself."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.billing.payments import Payments
from shared.billing.plan import Plan
from shared.billing.subscription import PriceIds
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import AgentStatus


def plan_of(image: Mapping[str, Any]) -> Plan | None:
    """None for what is not published."""
    if image.get("status") != AgentStatus.PUBLISHED:
        return None
    summary = ListingSummary.model_validate_json(image["summary"])
    return Plan(slug=summary.slug, name=summary.name, price=summary.price)


def offer(plan: Plan, prices: PriceIds, payments: Callable[[], Payments]) -> bool:
    """False if the price was there; Stripe is not asked then."""
    if prices.price_id(plan.price_key) is not None:
        return False
    prices.keep_price_id(plan.price_key, payments().price(plan))
    return True
