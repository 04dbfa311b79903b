"""An agent's monthly price. A pure formula of the measured cost and of the problem's value to those who have it.

    cost of a run  = model tokens at list price + seconds of its task (its own, and a share of starting and idling)
    cost plus      = cost of a run × RUNS_A_MONTH × MARGIN
    value          = CENTS_PER_POINT × cube root of the opportunity's score: the geometric mean of its three ratings
    price          = the first of PRICE_POINTS that is not below cost plus or value, at most the last one

Results are whole US cents. Intermediate amounts are micro-dollars, so nothing is rounded before the price point.
"""

from itertools import dropwhile
from math import cbrt

from shared.billing.measured import Measured
from shared.billing.money import RecurringPrice
from shared.values import Frozen

CURRENCY = "USD"
RUNS_A_MONTH = 300
MARGIN = 5
CENTS_PER_POINT = 500
HIGHEST_SCORE = 1_000
PRICE_POINTS = (900, 1_400, 1_900, 2_400, 2_900, 3_900, 4_900, 6_900, 9_900, 14_900, 19_900)

INPUT_MICROUSD_PER_TOKEN = 0.10
OUTPUT_MICROUSD_PER_TOKEN = 0.50
PROMPT_TOKENS = 700
"""Tokens per call of the platform's own text around the agent's question to the model."""

TASK_MICROUSD_PER_SECOND = 3.5
"""A quarter vCPU and half a gigabyte of Fargate on ARM."""
TASK_SHARE_SECONDS = 30.0
"""A run's share of its task's start and idle time, in addition to its own computing time."""

MICROUSD_PER_CENT = 10_000


class Price(Frozen):
    """The price and its parts. Customers see only `charged`, not what a run costs the platform."""

    price_cents: int
    currency: str = CURRENCY
    run_cost_microusd: int
    cost_plus_cents: int
    value_cents: int

    @property
    def charged(self) -> RecurringPrice:
        return RecurringPrice(amount_cents=self.price_cents, currency=self.currency)


def price(measured: Measured, opportunity_score: float) -> Price:
    run_cost = estimate_model_cost(measured) + estimate_task_cost(measured)
    cost_plus = round(run_cost * RUNS_A_MONTH * MARGIN / MICROUSD_PER_CENT)
    value = round(CENTS_PER_POINT * cbrt(min(max(opportunity_score, 0.0), HIGHEST_SCORE)))
    wanted = max(cost_plus, value)
    point = next(dropwhile(lambda cents: cents < wanted, PRICE_POINTS), PRICE_POINTS[-1])
    return Price(price_cents=point, run_cost_microusd=round(run_cost), cost_plus_cents=cost_plus, value_cents=value)


def estimate_model_cost(measured: Measured) -> float:
    """Micro-dollars of model use in one run."""
    prompt = measured.llm_input_tokens + measured.llm_calls * PROMPT_TOKENS
    return prompt * INPUT_MICROUSD_PER_TOKEN + measured.llm_output_tokens * OUTPUT_MICROUSD_PER_TOKEN


def estimate_task_cost(measured: Measured) -> float:
    """Micro-dollars of task time for one run."""
    return (measured.run_seconds + TASK_SHARE_SECONDS) * TASK_MICROUSD_PER_SECOND
