"""Titles that a reader understands: a whole phrase that most share, else the words that come back."""

import pytest

from local.standins.claude.language.headline import headline
from local.standins.claude.language.readable import is_noun, phrase_in, reads_well


@pytest.mark.parametrize(
    "phrase",
    [
        "opening a business bank account",
        "legacy clients",
        "finding companies that a small business owner can hire",
        "deciding how much to charge them",
        "local marketing",
    ],
)
def test_phrases_that_may_stand_in_a_title(phrase: str) -> None:
    assert reads_well(phrase)


@pytest.mark.parametrize(
    "phrase",
    [
        "",
        "equity",
        "i'll be left with a pile of debt",
        "getting the",
        "startup got acquired",
        "has anyone started a business",
        "weighing the the options",
        "promoting this and grow awareness",
        "finding a (very) good name",
        "being told it is crap",
        "starting again something",
        "finding <b>gold</b> mines",
        " ".join(["making"] + ["gold"] * 13),
    ],
)
def test_phrases_that_may_not(phrase: str) -> None:
    assert not reads_well(phrase)


@pytest.mark.parametrize(
    ("word", "noun"), [("software", True), ("pricing", True), ("struggled", False), ("kept", False)]
)
def test_only_nouns_are_named_on_their_own(word: str, noun: bool) -> None:
    assert is_noun(word) is noun


@pytest.mark.parametrize(
    ("statement", "phrase"),
    [
        ("Trouble getting a loan.", "getting a loan"),
        ("Trouble with legacy clients.", "legacy clients"),
        ("Trouble choosing: market research.", "choosing"),
        ("Is it worth it?", None),
    ],
)
def test_the_phrase_of_a_statement(statement: str, phrase: str | None) -> None:
    assert phrase_in(statement) == phrase


def test_the_title_is_a_whole_phrase_that_most_problems_share() -> None:
    statements = ["Trouble getting clients to pay.", "Trouble with legacy clients.", "Has anyone clients?"]

    assert headline(statements, ["How do I get clients to pay up?", "Legacy clients?", "Has anyone clients?"]) == (
        "Getting clients to pay"
    )


def test_a_phrase_that_most_statements_share_stands_though_the_quotes_use_other_words() -> None:
    quote = "We're not sure what my fees are going to add up to, because my services could be ongoing."

    assert headline(["Trouble accepting a royalty in exchange."] * 3, [quote] * 3) == "Accepting a royalty in exchange"


def test_of_a_choice_the_first_way_is_named() -> None:
    both = "Trouble deciding whether to combine the shops or split them."

    assert headline([both], [both]) == "Combining the shops"


def test_a_cut_sentence_never_becomes_a_title() -> None:
    statements = ["Has anyone started a business and struggled at first, then made a core value change…"]
    quotes = ["Has anyone started a business and struggled at first, then made a core value change and saw profits?"]

    assert headline(statements * 2, quotes * 2) == "Trouble with change and core"


def test_a_short_question_is_a_title_where_nothing_else_is() -> None:
    asked = "What about ordinary plans?"

    assert headline([asked, "It is what it is…"], [asked, "It is what it is, and nobody knows"]) == asked
