"""Ratings are paid for once, and one that fails does not take the others with it."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from functions.market.score_opportunities.rating import UNANSWERED, OpportunityRating
from shared.adapters.claude import ModelAnswerInvalid, ModelOverloaded, ModelRefused
from shared.opportunities.scan import ScoredOpportunities
from tests.fakes.market_posts import a_post, honest
from tests.fakes.market_world import MarketWorld

POSTS = [a_post(one) for one in range(24)]


def failing_for(word: str, error: Exception) -> Any:
    def answers(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
        bad = kind is OpportunityRating and word in str(data)
        return error if bad else honest(prompt, data, kind)

    return answers


def test_a_second_try_does_not_pay_again() -> None:
    world = MarketWorld()
    clustered = world.cluster(world.read(POSTS))
    first, outcome = world.score(clustered)
    spent = world.spend.spent
    again, repeated = world.score(clustered)
    assert again == first
    assert (len(outcome.ratings), len(repeated.ratings), world.spend.spent) == (3, 0, spent)


def test_an_opportunity_that_the_model_will_not_rate_is_kept_unrated() -> None:
    world = MarketWorld(failing_for("contract", ModelRefused("no")))
    scored, _ = world.score(world.cluster(world.read(POSTS)))
    cards = [one.card for one in world.artifacts.get_model(scored.opportunities_key, ScoredOpportunities).opportunities]
    unrated = [card for card in cards if card.urgency.reason == UNANSWERED]
    assert (len(cards), len(unrated)) == (3, 1)
    assert "contract" in unrated[0].title
    assert unrated[0].score == 0


def test_an_unrated_opportunity_is_rated_when_it_is_touched_again() -> None:
    world = MarketWorld(failing_for("contract", ModelRefused("no")))
    world.run(POSTS)
    world.claude.answers = honest
    world.run([a_post(25)])
    assert all(one.card.urgency.value == 6 for one in world.opportunities.rows.values())


@pytest.mark.parametrize("error", [ModelRefused("no"), ModelAnswerInvalid("bad")])
def test_if_nothing_can_be_rated_the_stage_fails(error: Exception) -> None:
    world = MarketWorld(failing_for("cannot", error))
    with pytest.raises(type(error)):
        world.score(world.cluster(world.read(POSTS)))


def test_an_overloaded_model_fails_the_stage_and_what_was_rated_stays_paid() -> None:
    world = MarketWorld(failing_for("contract", ModelOverloaded("529")))
    clustered = world.cluster(world.read(POSTS))
    spent = world.spend.spent
    with pytest.raises(ModelOverloaded):
        world.score(clustered)
    assert world.spend.spent == spent + 4 * 35, "two opportunities, and the two of our own"
    world.claude.answers = honest
    _, outcome = world.score(clustered)
    assert len(outcome.ratings) == 1
