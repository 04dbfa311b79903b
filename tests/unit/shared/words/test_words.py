"""One stemmer, one list of stop words, and the terms by which texts are found."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.words.edit_distance import count_edits
from shared.words.search_terms import LONGEST, search_terms, search_words
from shared.words.stemming import _stem, stem  # pyright: ignore[reportPrivateUsage]
from shared.words.stop_words import STOP_WORDS
from shared.words.telling import find_telling_stems, find_telling_words, split_words


@pytest.mark.parametrize(
    "forms",
    ["manufacture manufactures manufacturing", "price prices pricing Priced", "reply replies", "hire hires hiring"],
)
def test_forms_of_one_word_agree(forms: str) -> None:
    assert len({stem(form) for form in forms.split()}) == 1


def test_a_possessive_is_its_noun_with_either_apostrophe() -> None:
    assert stem("competitor's") == stem("competitor’s") == stem("competitors")


def test_threads_do_not_cut_each_other_s_words() -> None:
    words = [f"{letters}ationally" for letters in ("nation", "ration", "occup", "inform", "organis")] * 200
    alone = [_stem.__wrapped__(word) for word in words]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(_stem.__wrapped__, words)) == alone
    finally:
        sys.setswitchinterval(interval)


def test_a_run_too_long_for_a_word_stays_as_it_is() -> None:
    assert stem("X" * 5000) == "x" * 5000


def test_stop_words_are_lower_case_and_tell_nothing() -> None:
    assert {"the", "business", "don't"} <= STOP_WORDS
    assert not {"invoice", "supplier", "tax"} & STOP_WORDS
    assert all(word == word.lower() and "’" not in word for word in STOP_WORDS)


def test_telling_words_leave_out_figures_and_stop_words() -> None:
    assert find_telling_words("I don’t know 50% of the Invoices, R&D?") == ["invoices", "r&d"]
    assert find_telling_stems("Invoicing an invoice") == {"invoic"}
    assert split_words("1,200 follow-ups") == ["1,200", "follow-ups"]


def test_search_words_are_divided_as_unicode_divides_words() -> None:
    text = "The competitor’s prices: 1,200.50, v1.2, U.S.A., e-mail, cash_flow _ !? CAFÉ ﬁle"
    assert search_words(text) == [
        *("the", "competitor's", "prices", "1,200.50", "v1.2", "usa", "e", "mail", "cash", "flow", "cafe", "file"),
    ]
    assert search_words(" !? _ \U0001f680") == []


def test_search_terms_are_stems_and_neighbours_written_as_one() -> None:
    assert search_terms("Follow-ups of the prices") == {"follow", "up", "of", "the", "price", "+followup", "+upsof"}
    assert search_terms("x" * 500) == {"x" * LONGEST}


@pytest.mark.parametrize(
    ("first", "second", "most", "slips"),
    [
        ("invoice", "invoice", 0, 0),
        ("invoice", "invoce", 1, 1),
        ("invoice", "innvoice", 1, 1),
        ("invoice", "invioce", 1, 1),
        ("invoice", "unvoice", 1, 1),
        ("invoice", "invice", 2, 1),
        ("invoice", "voice", 1, None),
        ("invoice", "voice", 2, 2),
        ("abc", "cba", 1, None),
        ("", "ab", 2, 2),
        ("ab", "", 1, None),
    ],
)
def test_edit_distance_counts_slips_up_to_a_bound(first: str, second: str, most: int, slips: int | None) -> None:
    assert count_edits(first, second, most) == slips
    assert count_edits(second, first, most) == slips
