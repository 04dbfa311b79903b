"""Two opportunities of our own are rated first: a model that rates them absurdly rates nothing."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from functions.market.score_opportunities.rating import OpportunityRating, RatedValue
from functions.market.score_opportunities.trust import BURDEN, TRIFLE, is_sensible
from shared.opportunities.errors import ModelNotTrusted
from tests.fakes.market_posts import a_post, honest
from tests.fakes.market_world import MarketWorld

POSTS = [a_post(one) for one in range(24)]


def rated(urgency: float, monetization: float) -> OpportunityRating:
    words = dict.fromkeys(("title", "summary", "who", "current_solutions", "agent_idea"), "words")
    values = {"urgency": urgency, "monetization": monetization}
    return OpportunityRating.model_validate(
        {**words, **{name: RatedValue(value=value, reason="r") for name, value in values.items()}}
    )


@pytest.mark.parametrize(
    ("trifle", "burden", "trusted"),
    [
        ((1, 2), (8, 9), True),
        ((0, 0), (1, 1), True),
        ((6, 6), (7, 10), True),
        ((10, 10), (10, 10), False),
        ((0, 0), (0, 0), False),
        ((1, 9), (8, 10), False),
        ((8, 9), (1, 2), False),
        ((5, 1), (5, 9), False),
        ((1, 1), (9, 11), False),
        ((-1, 1), (9, 9), False),
        ((float("nan"), 1), (9, 9), False),
        ((1, 1), (float("inf"), 9), False),
    ],
)
def test_a_burden_is_worth_more_than_a_trifle_on_both_axes(
    trifle: tuple[float, float], burden: tuple[float, float], *, trusted: bool
) -> None:
    assert is_sensible(rated(*trifle), rated(*burden)) is trusted


def of_everything(value: float, controls: float | None = None) -> Any:
    """Rates all alike; with `controls` the two of our own alone are rated so, and the others honestly."""

    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        made = honest(prompt, data, kind)
        if not isinstance(made, OpportunityRating):
            return made
        ours = data["problems"][0]["quote"] in {one.quote for one in (*TRIFLE, *BURDEN)}
        given = controls if ours and controls is not None else value
        update = {axis: RatedValue(value=given, reason="It is so.") for axis in ("urgency", "monetization")}
        return made.model_copy(update=update)

    return answers


@pytest.mark.parametrize("answers", [of_everything(10), of_everything(0), of_everything(7), of_everything(5, 10)])
def test_nothing_of_a_model_that_rates_them_alike_is_used(answers: Any) -> None:
    world = MarketWorld(answers)
    clustered = world.cluster(world.read(POSTS))
    with pytest.raises(ModelNotTrusted):
        world.score(clustered)
    assert world.opportunities.rows == {}
    world.claude.answers = honest
    _, outcome = world.score(clustered)
    assert len(outcome.ratings) == 3, "no post is lost, and none of the answers was kept"


def test_the_two_are_no_opportunity_of_the_scan() -> None:
    world = MarketWorld()
    world.run(POSTS)
    quotes = {problem.quote for row in world.opportunities.rows.values() for problem in row.card.problems}
    assert not quotes & {one.quote for one in (*TRIFLE, *BURDEN)}
