"""Hostile texts of 64 KB cost in proportion to their length, compared within one run: no machine is too slow."""

import time
from collections.abc import Callable

import pytest

from shared.untrusted_text.codes import has_code
from shared.untrusted_text.markup import has_active_markup, has_encoded_data, has_link, has_markup
from shared.untrusted_text.orders import gives_orders
from shared.untrusted_text.planted import reveals
from shared.untrusted_text.wording import make_plain
from shared.words.search_terms import search_terms
from shared.words.telling import find_telling_words

LONG, TIMES = 64 * 1024, 4
TOO_STEEP = TIMES**2 * 0.75
PIECES = [
    "[",
    "<",
    "a.",
    "_",
    "-",
    "ignore all ",
    "ignore",
    "A1-",
    "&amp;",
    "%25",
    "\\u0041",
    "AAAA-",
    "x" * 400 + " ",
    "@a",
]
RULES: list[Callable[[str], object]] = [
    gives_orders,
    has_markup,
    has_active_markup,
    has_link,
    has_encoded_data,
    has_code,
    search_terms,
    find_telling_words,
    lambda text: make_plain(text, 200),
    lambda text: reveals(text, "tok0123456789abcdef"),
]


def seconds(rule: Callable[[str], object], text: str) -> float:
    def once() -> float:
        begin = time.process_time()
        rule(text)
        return time.process_time() - begin

    return min(once() for _ in range(2))


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: ascii(piece)[:12])
def test_the_cost_of_a_rule_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    long = (piece * LONG)[:LONG]
    for rule in RULES:
        short = seconds(rule, long[: LONG // TIMES]) + 0.002
        assert seconds(rule, long) / short < TOO_STEEP
