"""The offline model's market rules: what it finds is really there, and what is not a problem it leaves alone."""

import json
from functools import cache

import pytest

from functions.market.extract_problems.extraction import FoundProblems, check, write_question
from functions.market.score_opportunities.rating import OpportunityRating
from functions.market.score_opportunities.rating import check as check_rating
from functions.market.score_opportunities.rating import question as rating_question
from local.standins.claude.language.sentences import LONGEST, sentences, shortened
from local.standins.claude.language.words import gerund
from local.standins.claude.tasks.extract_problems import answer as extract
from local.standins.claude.tasks.rate_opportunity import answer as rate
from local.standins.reddit.posts import bundled_posts
from shared.opportunities.models import Post
from shared.values import Json
from tests.fakes.market_posts import as_read


@cache
def posts() -> list[Post]:
    return [as_read(post) for post in bundled_posts()]


def problems_of(title: str, text: str = "", community: str = "Entrepreneur") -> list[dict[str, Json]]:
    post = {"id": "p1", "community": community, "title": title, "text": text}
    return extract({"posts": [post]}, {})["problems"]


def test_everything_found_in_real_posts_passes_the_checks_that_guard_against_a_model() -> None:
    found = FoundProblems.model_validate(extract(json.loads(json.dumps(write_question(posts()))), {})).problems
    checked = check(found, posts())
    assert len({one.post_id for one in checked.kept}) > 0.6 * len(posts())
    assert sum(checked.dropped.values()) <= 0.01 * len(found)


def test_the_same_question_gets_the_same_answer() -> None:
    asked = write_question(posts()[:30])
    assert extract(dict(asked), {}) == extract(dict(asked), {})


@pytest.mark.parametrize(
    ("title", "text", "quote", "statement"),
    [
        (
            "Soap",
            "I make soap. How do I find a reliable manufacturer for small batches? Thanks.",
            "How do I find a reliable manufacturer for small batches?",
            "Trouble finding a reliable manufacturer for small batches.",
        ),
        (
            "Where can I find an engineer that will help me design my product?",
            "",
            "Where can I find an engineer that will help me design my product?",
            "Trouble finding an engineer.",
        ),
        (
            "Contracts",
            "My clients never pay on time.\n\nI'm struggling with collecting invoices from my clients and it hurts.",
            "I'm struggling with collecting invoices from my clients and it hurts.",
            "Trouble collecting invoices from clients.",
        ),
        (
            "Should I form an LLC before I start selling?",
            "",
            "Should I form an LLC before I start selling?",
            "Trouble deciding whether to form an LLC.",
        ),
    ],
)
def test_a_problem_is_found_with_its_sentence_and_what_it_is_about(
    title: str, text: str, quote: str, statement: str
) -> None:
    (first, *_) = problems_of(title, text)
    assert (first["quote"], first["statement"]) == (quote, statement)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Promote your business, week of June 10, 2013", "Post business promotion messages here."),
        ("Share your startup! (May 2011)", "Self explanatory."),
        ("I sold 500 units in my first month! AMA", "Ask me anything."),
        ("Just launched my new site", "Check it out and sign up: http://example.com and http://example.org"),
        ("10 tips for better sales", "You should always follow up. Here's how I did it."),
        ("Free ebook", "Use the code REDDIT to get it. If you are struggling with sales, you need this."),
        ("", ""),
    ],
)
def test_who_announces_or_teaches_has_no_problem(title: str, text: str) -> None:
    assert problems_of(title, text) == []


def test_who_has_it_and_what_they_use_come_from_the_text() -> None:
    text = "I own a small coffee shop. We currently use Excel for the stock. How do I keep track of inventory?"
    (first, *_) = problems_of("Inventory", text, "smallbusiness")
    assert first["sufferer"] == "owner of a small coffee shop"
    assert first["workaround"].startswith("We currently use Excel")
    assert (
        problems_of("How do I price my services?", community="smallbusiness")[0]["sufferer"] == "small business owners"
    )


@pytest.mark.parametrize(
    "text",
    ["One. Two?  Three!\n\nFour", "e.g. this one. And that", "* a list\n* of things", "no end", "", "\n \n", "a" * 900],
)
def test_sentences_are_slices(text: str) -> None:
    for sentence in sentences(text):
        assert sentence in text
        assert shortened(sentence) in text
        assert len(shortened(sentence)) <= LONGEST


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("find", "finding"),
        ("make", "making"),
        ("get", "getting"),
        ("be", "being"),
        ("pay", "paying"),
        ("see", "seeing"),
    ],
)
def test_verbs_become_gerunds(verb: str, form: str) -> None:
    assert gerund(verb) == gerund(form) == form


def test_ratings_of_real_problems_pass_the_checks_and_follow_countable_cues() -> None:
    found = FoundProblems.model_validate(extract(json.loads(json.dumps(write_question(posts()[:60]))), {})).problems
    kept = check(found, posts()[:60]).kept
    for start in range(0, len(kept) - 4, 4):
        group = kept[start : start + 4]
        answer = OpportunityRating.model_validate(rate(dict(rating_question(group)), {}))
        checked = check_rating(answer, group, "mam-offline-rules-1")
        assert [fault for fault in checked.faults if "out_of_range" in fault or "title" in fault] == []
        assert 0 < checked.urgency.value <= 10
        assert len(checked.title.split()) <= 9
        assert checked.title[0].isupper() or not checked.title[0].isalpha()


def test_pressure_and_money_raise_the_ratings() -> None:
    calm = [{"quote": "How do I fold a paper boat?", "statement": "Trouble folding a paper boat."}] * 3
    pressed = [
        {
            "quote": "I'm losing $500 a day and the deadline is tomorrow, I pay an accountant for nothing",
            "statement": "x",
        }
    ] * 3
    low, high = rate({"problems": calm}, {}), rate({"problems": pressed}, {})
    assert low["urgency"]["value"] < high["urgency"]["value"]
    assert low["monetization"]["value"] < high["monetization"]["value"]


@pytest.mark.parametrize(
    ("quotes", "said"),
    [
        (["Invoices are late", "I hate invoices", "I hate invoices"], "2 complaints are about the same trouble"),
        (["Invoices are late"], "1 complaint is about the same trouble"),
    ],
)
def test_a_summary_counts_complaints_for_one_person_may_have_made_several(quotes: list[str], said: str) -> None:
    summary = rate({"problems": [{"quote": one, "statement": "Trouble with late invoices."} for one in quotes]}, {})[
        "summary"
    ]

    assert summary.startswith(said)
    assert "people" not in summary
