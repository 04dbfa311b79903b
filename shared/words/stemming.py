"""The project's one stemmer: it decides which words are forms of the same word.

It is Snowball's English stemmer (Porter 2), in the version that Lucene 9 includes as `porter2`. So search in the index
and search in plain Python stem alike and find the same.
"""

from functools import lru_cache
from threading import Lock
from typing import Any, Protocol, cast

import snowballstemmer  # pyright: ignore[reportMissingTypeStubs]

MOST_REMEMBERED = 20_000
LONGEST = 64
"""Longer runs of letters are not words: they are not stemmed, and not cached."""


def stem(word: str) -> str:
    """`manufacturers` and `manufacturing` → `manufactur`. Ignores case, and treats a curly apostrophe as a straight
    one.
    """
    return _stem(word.lower().replace("’", "'")) if len(word) <= LONGEST else word.lower()


class _Stemmer(Protocol):
    def stemWord(self, word: str, /) -> str: ...


@lru_cache(MOST_REMEMBERED)
def _stem(word: str) -> str:
    with _ONE_AT_A_TIME:
        return _ENGLISH.stemWord(word)


_ONE_AT_A_TIME = Lock()
"""The stemmer stores the current word in itself, so two threads must not use it at once."""
_ENGLISH: _Stemmer = cast(Any, snowballstemmer).stemmer("english")
