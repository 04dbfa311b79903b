"""What a search text asks for, and what it is worth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.catalogue.searchable import SearchableListing, make_searchable
from shared.catalogue.wording import MOST_WORDS, Vocabulary, score, understand_words
from tests.fakes.listings import a_listing

PLAIN = {"name": "Agent", "tagline": "Helps", "tags": ()}


def a_shelf() -> dict[str, SearchableListing]:
    """One listing for each place a word can stand in, and some that share a common word."""
    where = {
        "name": make_searchable(a_listing("name", **{**PLAIN, "name": "Invoice Agent"})),
        "tagline": make_searchable(a_listing("tagline", **{**PLAIN, "tagline": "Writes invoices"})),
        "tags": make_searchable(a_listing("tags", **{**PLAIN, "tags": ("invoices",)})),
        "use_case": make_searchable(a_listing("use-case", **PLAIN), use_cases=("Sending invoices",)),
        "description": make_searchable(a_listing("description", **PLAIN), description="Reads every invoice"),
        "rare": make_searchable(a_listing("rare", **PLAIN), description="Sorts receipts"),
    }
    return where | {
        f"more-{n}": make_searchable(a_listing(f"more-{n}", **PLAIN), description="report") for n in range(9)
    }


def scores(text: str) -> dict[str, int]:
    shelf = a_shelf()
    wanted = understand_words(text, Vocabulary.of(shelf.values()))
    return {name: score(one.terms, wanted) for name, one in shelf.items()}


def test_a_word_counts_by_where_it_stands() -> None:
    found = scores("invoice")
    assert found["name"] > found["tagline"] == found["tags"] > found["use_case"] > found["description"] > 0
    assert found["rare"] == found["more-1"] == 0


def test_a_rarer_word_counts_more() -> None:
    found = scores("report receipt")
    assert found["rare"] > found["more-0"] > 0


def test_more_of_the_words_come_before_one_word_in_the_best_place() -> None:
    shelf = a_shelf()
    shelf["both"] = make_searchable(a_listing("both", **PLAIN), description="invoice reports")
    wanted = understand_words("invoice report", Vocabulary.of(shelf.values()))
    assert max(shelf, key=lambda name: score(shelf[name].terms, wanted)) == "both"


def test_a_spelling_near_to_it_counts_less_than_the_word_itself() -> None:
    assert 0 < scores("invioce")["name"] < scores("invoice")["name"]


@pytest.mark.parametrize("text", ["nit", "xyzzyx", "inv"])
def test_short_words_and_strange_ones_stand_for_nothing_else(text: str) -> None:
    assert set(scores(text).values()) == {0}


def test_words_that_tell_nothing_are_left_out_unless_there_are_no_others() -> None:
    vocabulary = Vocabulary.of(a_shelf().values())
    assert len(understand_words("what is the invoice", vocabulary)) == 1
    assert len(understand_words("what is the", vocabulary)) == 3


@given(st.text(max_size=200))
def test_any_text_is_read_and_its_score_is_a_whole_number_in_32_bits(text: str) -> None:
    wanted = understand_words(text, Vocabulary({"invoic": 3, "+followup": 1, "xyz": 2_000}, 2_000))
    assert len(wanted) <= MOST_WORDS
    assert sum(max(worth for _, _, worth in word.weights()) for word in wanted) < 2**24
