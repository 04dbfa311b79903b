"""The search terms of a text. The index and the snapshot both store them, so that both find the same.

Words are split at Unicode's word boundaries (UAX #29): an apostrophe, full stop or colon between two letters, and a
comma or full stop between two digits, do not split a word. Case, accents and the kind of apostrophe make no difference.
Two neighbouring words give one more term, such as `+followup` for "follow-up" and "follow up", so that a search for
"followup" finds them.
"""

import re
import unicodedata
from itertools import pairwise

from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS

PAIR = "+"
LONGEST = 64
"""Longer words are cut to this length, since an index refuses very long terms."""

_LETTER, _DIGIT = r"[^\W\d_]", r"\d"
_JOINED = rf"(?<={_LETTER})['.:·](?={_LETTER})|(?<={_DIGIT})['.,;](?={_DIGIT})"
_WORD = re.compile(rf"[^\W_]+(?:(?:{_JOINED})[^\W_]+)*")
_INITIALS = re.compile(r"(?:[a-z]\.)+[a-z]")


def search_words(text: str) -> list[str]:
    """The words in order, lower case and without accents: `["follow", "up", "usa"]`."""
    return [_simplify(word[:LONGEST]) for word in _WORD.findall(_fold(text))]


def search_terms(text: str) -> set[str]:
    """Stems, and pairs of neighbours whose first word is a telling one. Empty if the text has no word."""
    words = search_words(text)
    pairs = {PAIR + join_forms(*pair) for pair in pairwise(words) if pair[0] not in STOP_WORDS}
    return {stem(word) for word in words} | pairs


def join_forms(first: str, second: str) -> str:
    """The stem of the two words written as one."""
    return stem(first + second)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).lower()


def _simplify(word: str) -> str:
    return word.replace(".", "") if _INITIALS.fullmatch(word) else word
