"""Forty questions as customers put them, over the agents that the factory makes of the shipped posts.

They were written from the listings before the rules of search were, and stay as they are.
"""

import json
from pathlib import Path

import pytest

from shared.catalogue.query import CatalogQuery, select
from shared.catalogue.wording import Vocabulary, understand_words
from tests.fakes.published_listings import published_listings

FILE = Path(__file__).parents[3] / "data/customer_queries.jsonl"
QUESTIONS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
FIRST = 5


def found(text: str, most: int = FIRST) -> list[str]:
    """Slugs, the best first."""
    listings = published_listings()
    query = CatalogQuery(q=text, page_size=most)
    return [one.slug for one in select(listings, query, understand_words(text, Vocabulary.of(listings))).items]


def recall(question: dict[str, object]) -> float:
    """How many of the agents that would help are among the first five. An agent is named by the start of its slug."""
    helpful = question["agents"]
    assert isinstance(helpful, list)
    slugs = found(str(question["q"]))
    return sum(any(slug.startswith(name) for slug in slugs) for name in helpful) / len(helpful)  # pyright: ignore


def test_the_questions_name_agents_that_there_are() -> None:
    slugs = [one.listing.slug for one in published_listings()]
    named = {name for question in QUESTIONS for name in question["agents"]}
    assert len(QUESTIONS) == 40
    assert [name for name in named if sum(slug.startswith(name) for slug in slugs) != 1] == []


def test_of_the_agents_that_would_help_four_of_five_are_among_the_first_five() -> None:
    recalls = {question["q"]: recall(question) for question in QUESTIONS}
    missed = {text: part for text, part in recalls.items() if part < 1}
    assert sum(recalls.values()) / len(recalls) >= 0.8, missed


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("invoice", "invoices"),
        ("office space", "office spaces"),
        ("cash flow", "cashflow"),
        ("web site", "website"),
        ("pricing", "prices"),
        ("twitter", "twiter"),
        ("collaboration", "colaboration"),
    ],
)
def test_a_word_finds_the_same_first_agent_in_any_of_its_forms(text: str, same: str) -> None:
    assert found(text, 1) == found(same, 1)
