"""What a subscriber buys: one agent with a number of runs for a monthly price, without further charges."""

from typing import Annotated

from pydantic import Field

from shared.billing.money import RecurringPrice
from shared.billing.pricing import RUNS_A_MONTH
from shared.values import Frozen


class Plan(Frozen):
    """The terms of one agent. A subscriber keeps those that were agreed on, whatever the agent costs later."""

    slug: Annotated[str, Field(description="The agent's name in addresses")]
    name: Annotated[str, Field(description="The agent's name for people")]
    price: Annotated[RecurringPrice, Field(description="All that is charged, taxes aside")]
    runs: Annotated[int, Field(description="Runs in each interval, included in the price")] = RUNS_A_MONTH

    @property
    def price_key(self) -> str:
        """The key of the agent's price at Stripe. Another amount gives another key."""
        price = self.price
        return f"{self.slug}:{price.amount_cents}:{price.currency}:{price.interval}"
