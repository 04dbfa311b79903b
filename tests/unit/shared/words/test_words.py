"""One stemmer, one list of stop words, and the terms by which texts are found."""

import pytest

from shared.words.search_terms import search_terms
from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS
from shared.words.telling import split_words, telling_stems, telling_words


@pytest.mark.parametrize(
    "forms",
    ["manufacture manufactures manufacturing", "price prices pricing Priced", "reply replies", "hire hires hiring"],
)
def test_forms_of_one_word_agree(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_a_possessive_is_its_noun_with_either_apostrophe() -> None:
    assert stem("competitor's") == stem("competitor’s") == stem("competitors")


def test_a_run_too_long_for_a_word_stays_as_it_is() -> None:
    assert stem("X" * 5000) == "x" * 5000


def test_stop_words_are_lower_case_and_tell_nothing() -> None:
    assert {"the", "business", "don't"} <= STOP_WORDS
    assert not {"invoice", "supplier", "tax"} & STOP_WORDS
    assert all(word == word.lower() and "’" not in word for word in STOP_WORDS)


def test_telling_words_leave_out_figures_and_stop_words() -> None:
    assert telling_words("I don’t know 50% of the Invoices, R&D?") == ["invoices", "r&d"]
    assert telling_stems("Invoicing an invoice") == {"invoic"}
    assert split_words("1,200 follow-ups") == ["1,200", "follow-ups"]


def test_search_terms_are_divided_as_the_index_divides_them() -> None:
    text = "The competitor’s prices: 1,200.50, v1.2, U.S.A., e-mail, cash_flow _ !?"
    assert search_terms(text) == {"the", "competitor", "price", "1,200.50", "v1.2", "u.s.a", "e", "mail", "cash_flow"}
