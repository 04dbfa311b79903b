"""What a customer's search text asks for, in terms that listings hold.

The index only counts: which terms a word stands for, and what each is worth, is decided here, once for the index and
for the snapshot. An index's own scores would differ between the two, and from day to day, as they depend on documents
that were replaced and are not cleaned up yet.
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
"""Of a longer text the rarest words are looked for."""
MOST_SPELLINGS = 5
EXACT, NEAR = 2, 1
"""What a word counts as it was written, and as it was perhaps meant."""
FOUND = 25_000
"""What a word counts for being there: more than the rest of all words, so that who has more of them comes first.
Sixteen of these with all the rest stay below 2^24, up to where an index's 32-bit scores are whole numbers.
"""


@dataclass(frozen=True)
class Vocabulary:
    """How many of `listings` listings hold each term."""

    counts: Mapping[str, int] = field(default_factory=dict[str, int])
    listings: int = 0

    @classmethod
    def of(cls, listings: Iterable[SearchableListing]) -> "Vocabulary":
        held = [frozenset[str]().union(*one.terms.values()) for one in listings]
        return cls(Counter(chain.from_iterable(held)), len(held))

    def rarity(self, terms: Iterable[str]) -> int:
        """From 1 for a word that every listing has."""
        having = min(self.listings, sum(self.counts.get(term, 0) for term in terms))
        return 1 + round(8 * log2((self.listings + 1) / (having + 1)))

    def spellings(self, word: str) -> frozenset[str]:
        """The terms that a word was perhaps meant to be: the nearest, of those the most frequent."""
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
    """One word of the search text. A listing has it if it has one of `exact` or `near`."""

    exact: frozenset[str]
    near: frozenset[str]
    rarity: int

    def weights(self) -> Iterable[tuple[SearchField, frozenset[str], int]]:
        """Where to find which of its terms, and what that is worth."""
        for kind, terms in ((EXACT, self.exact), (NEAR, self.near)):
            if terms:
                for where, weight in FIELD_WEIGHTS.items():
                    yield where, terms, FOUND + kind * weight * self.rarity

    def score(self, terms: Terms) -> int:
        return max((worth for where, wanted, worth in self.weights() if wanted & terms[where]), default=0)


Wanted = tuple[WantedWord, ...]


def understand_words(text: str, vocabulary: Vocabulary) -> Wanted:
    """The words that tell something; all of them if none does. Each once, in any order."""
    words = search_words(text)
    telling = [place for place, word in enumerate(words) if word not in STOP_WORDS] or range(len(words))
    found = {stem(words[place]): _understand_word(words, place, vocabulary) for place in telling}
    return tuple(sorted(found.values(), key=lambda word: -word.rarity)[:MOST_WORDS])


def score(terms: Terms, wanted: Wanted) -> int:
    """0 if the listing has none of the words."""
    return sum(word.score(terms) for word in wanted)


def count_allowed_slips(word: str) -> int:
    """None in short words: nearly every short word is near to another."""
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def _understand_word(words: list[str], place: int, vocabulary: Vocabulary) -> WantedWord:
    """A word, also joined with its neighbours; other spellings only if nothing is written like that."""
    own = stem(words[place])
    neighbours = [join_forms(*words[start : start + 2]) for start in (place - 1, place) if 0 <= start < len(words) - 1]
    exact = frozenset((own, PAIR + own, *neighbours))
    near = frozenset[str]() if any(term in vocabulary.counts for term in exact) else vocabulary.spellings(own)
    return WantedWord(exact, near, vocabulary.rarity(exact | near))


def _count_letters(word: str) -> int:
    """A bit for each letter that occurs: a slip changes two of them at most."""
    bits = 0
    for sign in word:
        bits |= 1 << (ord(sign) % 64)
    return bits
