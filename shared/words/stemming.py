"""The house's one stemmer: which words are forms of one word.

Snowball's English stemmer (Porter 2), in the version that Lucene 9 holds as `porter2`: search in the index and search
in plain Python find the same because they stem alike.
"""

from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

MOST_REMEMBERED = 20_000
LONGEST = 64
"""Longer runs of letters are no words; they stay as they are and take no room in the cache."""


def stem(word: str) -> str:
    """`manufacturers` and `manufacturing` → `manufactur`. Any case; a curly apostrophe counts as a straight one."""
    return _stem(word.lower().replace("’", "'")) if len(word) <= LONGEST else word.lower()


class _Stemmer(Protocol):
    def stemWord(self, word: str, /) -> str: ...


@lru_cache(MOST_REMEMBERED)
def _stem(word: str) -> str:
    with _ONE_AT_A_TIME:
        return _ENGLISH.stemWord(word)


_ONE_AT_A_TIME = Lock()
"""The stemmer keeps the word it is at: two threads would cut each other's."""
_ENGLISH: _Stemmer = cast(Any, snowballstemmer).stemmer("english")
