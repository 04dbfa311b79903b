"""Makes the Stripe price for a changed row of `agents`. If a checkout comes first, it makes the same price itself."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.billing.payments import Payments
from shared.billing.plan import Plan
from shared.billing.subscription import PriceIds
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import AgentStatus


def plan_of(image: Mapping[str, Any]) -> Plan | None:
    """The agent's plan; None if the agent is not published."""
    if image.get("status") != AgentStatus.PUBLISHED:
        return None
    summary = ListingSummary.model_validate_json(image["summary"])
    return Plan(slug=summary.slug, name=summary.name, price=summary.price)


def offer(plan: Plan, prices: PriceIds, payments: Callable[[], Payments]) -> bool:
    """Make the price. False if it existed already; then Stripe is not asked."""
    if prices.price_id(plan.price_key) is not None:
        return False
    prices.keep_price_id(plan.price_key, payments().price(plan))
    return True
