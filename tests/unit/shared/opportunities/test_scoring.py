"""Frequency is counted over distinct posts and ages with the newest post seen, never with the clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.opportunities.models import Problem
from shared.opportunities.scoring import HALF_LIFE_SECONDS, aged, frequency, score
from tests.fakes.opportunity_changes import a_problem

NEWEST = 2_000_000_000.0


def at(number: int, age: float, post_id: str | None = None) -> Problem:
    return a_problem(number, post_id=post_id).model_copy(update={"created_utc": NEWEST - age})


def test_several_problems_of_one_post_count_once() -> None:
    once = frequency([at(1, 0)], NEWEST)
    assert frequency([at(1, 0), at(2, 0, "reddit:post1"), at(3, 0, "reddit:post1")], NEWEST) == once
    assert once.posts == 1


def test_a_post_of_one_half_life_ago_counts_half() -> None:
    assert frequency([at(1, HALF_LIFE_SECONDS)], NEWEST).weighted == pytest.approx(0.5)
    assert frequency([at(1, 0), at(2, HALF_LIFE_SECONDS), at(3, 2 * HALF_LIFE_SECONDS)], NEWEST).weighted == 1.75


def test_a_hundred_fresh_posts_are_worth_ten_and_more_are_not_worth_more() -> None:
    assert frequency([at(one, 0) for one in range(100)], NEWEST).value == 10
    assert frequency([at(one, 0) for one in range(300)], NEWEST).value == 10
    assert frequency([at(one, 0) for one in range(3)], NEWEST).value == pytest.approx(3.0, abs=0.05)


def test_a_post_dated_later_than_the_newest_counts_as_new() -> None:
    assert frequency([at(1, -5_000_000)], NEWEST) == frequency([at(1, 0)], NEWEST)


@given(ages=st.lists(st.floats(0, 3e8), min_size=1, max_size=50), later=st.floats(0, 1e8))
def test_ageing_equals_counting_again(ages: list[float], later: float) -> None:
    problems = [at(number, age) for number, age in enumerate(ages)]
    fresh = frequency(problems, NEWEST + later)
    assert aged(frequency(problems, NEWEST), later).weighted == pytest.approx(fresh.weighted, abs=2e-4)
    assert aged(frequency(problems, NEWEST), 0) == frequency(problems, NEWEST)


@given(ages=st.lists(st.floats(0, 3e8), min_size=1, max_size=20))
def test_the_order_of_the_problems_does_not_matter(ages: list[float]) -> None:
    problems = [at(number, age) for number, age in enumerate(ages)]
    assert frequency(problems, NEWEST) == frequency(problems[::-1], NEWEST)


def test_the_score_is_the_product() -> None:
    counted = frequency([at(one, 0) for one in range(100)], NEWEST)
    assert score(counted, 10, 10) == 1000
    assert score(counted, 0, 10) == 0
    assert score(counted, 5.5, 4.0) == 220
