"""Translates a customer's search text into the terms of listings.

This module decides which terms a word stands for and how much each weighs, for both the index and the snapshot. The
index only adds up weights. Its own scores would differ from the snapshot's and from day to day, because they depend on
replaced documents that are not cleaned up yet.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from math import log2

from shared.catalogue.searchable import FIELD_WEIGHTS, SearchableListing, SearchField, Terms
from shared.words.edit_distance import count_edits
from shared.words.search_terms import PAIR, join_forms, search_words
from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS

MOST_WORDS = 16
"""If a text has more words, only the rarest are searched for."""
MOST_SPELLINGS = 5
EXACT, NEAR = 2, 1
"""The weights of a word as written and of a likely correction."""
FOUND = 25_000
"""The weight of each word found: more than all other weights together, so that a listing with more words comes first.
Sixteen of these plus all other weights stay below 2^24, up to which an index's 32-bit float scores are exact.
"""


@dataclass(frozen=True)
class Vocabulary:
    """For each term, how many of the `listings` listings hold it."""

    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    listings: int = 0

    @classmethod
    def of(cls, listings: Iterable[SearchableListing]) -> "Vocabulary":
        held = [frozenset[str]().union(*one.terms.values()) for one in listings]
        return cls(Counter(chain.from_iterable(held)), len(held))

    def rarity(self, terms: Iterable[str]) -> int:
        """The weight of a word by its rarity: 1 for a word in every listing, and more for rarer words."""
        having = min(self.listings, sum(self.counts.get(term, 0) for term in terms))
        return 1 + round(8 * log2((self.listings + 1) / (having + 1)))

    def spellings(self, word: str) -> frozenset[str]:
        """Likely corrections of a word: the nearest terms, and the most frequent among those."""
        most = count_allowed_slips(word)
        found: list[tuple[int, int, str]] = []
        if most:
            letters = _count_letters(word)
            for term, its_letters in self._letters.items():
                if (letters ^ its_letters).bit_count() <= 2 * most:
                    distance = count_edits(word, term.removeprefix(PAIR), most)
                    if distance is not None:
                        found.append((distance, -self.counts[term], term))
        nearest = min(found)[0] if found else 0
        return frozenset(term for distance, _, term in sorted(found)[:MOST_SPELLINGS] if distance == nearest)

    @cached_property
    def _letters(self) -> Mapping[str, int]:
        return {term: _count_letters(term.removeprefix(PAIR)) for term in self.counts}


@dataclass(frozen=True)
class WantedWord:
    """One word of the search text. A listing matches if it holds one of the terms in `exact` or `near`."""

    exact: frozenset[str]
    near: frozenset[str]
    rarity: int

    def weights(self) -> Iterable[tuple[SearchField, frozenset[str], int]]:
        """For each field: the terms to find in it, and the weight of finding one."""
        for kind, terms in ((EXACT, self.exact), (NEAR, self.near)):
            if terms:
                for where, weight in FIELD_WEIGHTS.items():
                    yield where, terms, FOUND + kind * weight * self.rarity

    def score(self, terms: Terms) -> int:
        return max((worth for where, wanted, worth in self.weights() if wanted & terms[where]), default=0)


Wanted = tuple[WantedWord, ...]


def understand_words(text: str, vocabulary: Vocabulary) -> Wanted:
    """The telling words of the text, or all words if none is telling. Each occurs once, in any order."""
    words = search_words(text)
    telling = [place for place, word in enumerate(words) if word not in STOP_WORDS] or range(len(words))
    found = {stem(words[place]): _understand_word(words, place, vocabulary) for place in telling}
    return tuple(sorted(found.values(), key=lambda word: -word.rarity)[:MOST_WORDS])


def score(terms: Terms, wanted: Wanted) -> int:
    """How well a listing matches; 0 if it holds none of the words."""
    return sum(word.score(terms) for word in wanted)


def count_allowed_slips(word: str) -> int:
    """How many slips a word may have. Short words may have none, since most short words are close to another one."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _understand_word(words: list[str], place: int, vocabulary: Vocabulary) -> WantedWord:
    """A word, also joined with its neighbours. Other spellings count only if no term is written like that."""
    own = stem(words[place])
    neighbours = [join_forms(*words[start : start + 2]) for start in (place - 1, place) if 0 <= start < len(words) - 1]
    exact = frozenset((own, PAIR + own, *neighbours))
    near = frozenset[str]() if any(term in vocabulary.counts for term in exact) else vocabulary.spellings(own)
    return WantedWord(exact, near, vocabulary.rarity(exact | near))


def _count_letters(word: str) -> int:
    """A bit mask of the letters that occur. One slip changes at most two bits."""
    bits = 0
    for sign in word:
        bits |= 1 << (ord(sign) % 64)
    return bits
