"""Frequency is counted in voices; age only ranks cards against each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.opportunities.models import Problem
from shared.opportunities.scoring import HALF_LIFE_SECONDS, compute_recency, count_frequency, rank, score
from tests.fakes.opportunity_changes import a_problem

NOW = 2_000_000_000.0
TIMES = st.lists(st.floats(0, 3e9), min_size=1, max_size=20)


def at(number: int, time: float, voice: str | None = None) -> Problem:
    problem = a_problem(number)
    return problem.model_copy(update={"created_utc": time, "voice": voice or problem.voice})


def test_several_problems_of_one_voice_count_once() -> None:
    assert count_frequency([at(1, 0), at(2, 0, "a"), at(3, 0, "a")]).voices == 2
    assert compute_recency([at(1, NOW, "a"), at(2, 0.0, "a")]) == NOW


def test_a_hundred_voices_are_worth_ten_and_more_are_not_worth_more() -> None:
    assert count_frequency([at(one, 0) for one in range(100)]).value == 10
    assert count_frequency([at(one, 0) for one in range(300)]).value == 10
    assert count_frequency([at(one, 0) for one in range(3)]).value == pytest.approx(3.0, abs=0.05)


@pytest.mark.parametrize("time", [0.0, 1_300_000_000.0, NOW])
def test_the_score_of_posts_of_any_time_is_the_same(time: float) -> None:
    counted = count_frequency([at(one, time) for one in range(100)])
    assert score(counted, 10, 10) == 1000
    assert score(counted, 0, 10) == 0
    assert score(counted, 5.5, 4.0) == 220


def test_a_half_life_newer_ranks_like_twice_the_score() -> None:
    assert rank(200, NOW) == pytest.approx(rank(100, NOW + HALF_LIFE_SECONDS))
    assert rank(100, NOW + 1) > rank(100, NOW), "a second is seen"
    assert rank(0, NOW + 1) > rank(0, NOW), "what is worth nothing is still in an order"
    assert rank(0, NOW) < rank(0.1, NOW)


@given(times=TIMES)
def test_the_order_of_the_problems_does_not_matter_and_recency_lies_among_their_times(times: list[float]) -> None:
    problems = [at(number, time) for number, time in enumerate(times)]
    assert compute_recency(problems) == pytest.approx(compute_recency(problems[::-1]), abs=1)
    assert min(times) - 1 <= compute_recency(problems) <= max(times) + 1


def test_the_newest_voices_count_most() -> None:
    old, new = 1_300_000_000.0, 1_700_000_000.0
    assert new - 2 * HALF_LIFE_SECONDS < compute_recency([at(1, old), at(2, old), at(3, new)]) < new
