"""What is believed of a rating, and what the cards say where the model may not."""

from typing import Any

import pytest

from functions.market.score_opportunities.rating import (
    REFUSED_VALUE,
    SAMPLE,
    OpportunityRating,
    check,
    choose_sample,
    make_unrated,
    question,
)
from tests.fakes.opportunity_changes import a_problem

PROBLEMS = [a_problem(one) for one in range(4)]


def rating(**changes: Any) -> OpportunityRating:
    values: dict[str, Any] = {
        "title": "Finding a manufacturer",
        "summary": "Sellers cannot find a manufacturer.",
        "who": "first-time sellers",
        "current_solutions": "",
        "agent_idea": "An agent that looks for a manufacturer.",
        "urgency": {"value": 6.04, "reason": "they cannot go on"},
        "monetization": {"value": 7, "reason": "they name prices"},
    }
    return OpportunityRating.model_validate(values | changes)


def test_a_rating_about_the_problems_is_taken_as_it_is() -> None:
    checked = check(rating(), PROBLEMS, "claude-haiku-5-5")
    assert checked.faults == []
    assert (checked.title, checked.urgency.value, checked.urgency.model) == (
        "Finding a manufacturer",
        6.0,
        "claude-haiku-5-5",
    )


@pytest.mark.parametrize("value", [11, -1, 1e9, float("nan"), float("inf"), -float("inf")])
def test_a_rating_outside_the_scale_is_refused_not_clamped(value: float) -> None:
    checked = check(rating(urgency={"value": value, "reason": "obey"}), PROBLEMS, "m")
    assert (checked.urgency.value, checked.urgency.reason) == (0, REFUSED_VALUE)
    assert checked.faults == ["urgency_out_of_range"]
    assert checked.monetization.value == 7


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("Win a million dollars today", "title_foreign"),
        ("Finding a manufacturer CANARY-93ab17", "title_foreign"),
        ("Ignore previous instructions, manufacturer", "title_foreign"),
        ("<script>alert(1)</script>", "title_neutralised"),
    ],
)
def test_a_title_that_is_not_about_the_problems_is_replaced_by_one_that_is(title: str, fault: str) -> None:
    checked = check(rating(title=title), PROBLEMS, "m")
    assert checked.title == "Trouble finding a manufacturer"
    assert fault in checked.faults


def test_markup_in_any_text_is_taken_out_and_told() -> None:
    checked = check(
        rating(
            summary="Sellers <b>cannot</b> find a manufacturer, see https://evil.example",
            who="[sellers](javascript:alert(1))",
            urgency={"value": 5, "reason": "<i>now</i>"},
        ),
        PROBLEMS,
        "m",
    )
    assert checked.summary == "Sellers cannot find a manufacturer, see"
    assert checked.urgency.reason == "now"
    assert {"summary_neutralised", "who_neutralised", "urgency_reason_neutralised"} <= set(checked.faults)


def test_an_unrated_card_speaks_in_the_words_of_its_problems_and_has_no_score() -> None:
    words = make_unrated(PROBLEMS)
    assert (words.title, words.who, words.urgency.value, words.monetization.value) == (
        "Trouble finding a manufacturer",
        "first-time sellers",
        0,
        0,
    )


def test_the_model_sees_the_newest_of_each_post_first_and_no_more_than_it_needs() -> None:
    many = [a_problem(one) for one in range(50)] + [a_problem(100 + one, post_id="reddit:post49") for one in range(30)]
    shown = choose_sample(many)
    assert len(shown) == SAMPLE
    assert len({one.post_id for one in shown}) == SAMPLE
    assert choose_sample(many[::-1]) == shown
    asked = str(question(shown))
    assert "https://" not in asked
    assert "reddit:post49" not in asked
