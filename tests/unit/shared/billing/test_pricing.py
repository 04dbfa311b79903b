"""The price is a pure, whole number of cents that never falls below its cost."""

from hypothesis import given
from hypothesis import strategies as st

from shared.billing.measured import Measured
from shared.billing.pricing import MARGIN, MICROUSD_PER_CENT, PRICE_POINTS, RUNS_A_MONTH, price


def measured(**changes: float) -> Measured:
    values = dict.fromkeys(Measured.model_fields, 0.0)
    return Measured.model_validate({**values, **changes})


def test_the_formula_by_hand() -> None:
    made = price(measured(llm_calls=2, llm_input_tokens=2_000, llm_output_tokens=400, run_seconds=2.0), 300.0)
    assert made.run_cost_microusd == round((2_000 + 1_400) * 0.10 + 400 * 0.50 + 32 * 3.5)
    assert made.cost_plus_cents == round(made.run_cost_microusd * RUNS_A_MONTH * MARGIN / MICROUSD_PER_CENT)
    assert made.value_cents == 3_347
    assert (made.price_cents, made.currency) == (3_900, "USD")


def test_an_idle_agent_for_a_small_problem_costs_the_least() -> None:
    assert price(measured(), 0.0).price_cents == PRICE_POINTS[0]


tokens = st.floats(0, 20_000)


@given(tokens, tokens, st.floats(0, 8), st.floats(0, 60), st.floats(-10, 2_000))
def test_the_price_is_a_point_that_covers_cost_and_value(
    asked: float, answered: float, calls: float, seconds: float, score: float
) -> None:
    facts = measured(llm_input_tokens=asked, llm_output_tokens=answered, llm_calls=calls, run_seconds=seconds)
    made = price(facts, score)
    assert made.price_cents in PRICE_POINTS
    assert made.price_cents >= min(max(made.cost_plus_cents, made.value_cents), PRICE_POINTS[-1])
    assert price(facts, score) == made
    assert price(facts, score + 100).price_cents >= made.price_cents
