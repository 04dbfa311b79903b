"""Words cut to how they begin, as the logics look for them: they compare beginnings, where the house compares stems."""

from itertools import takewhile

from shared.words import stemming

SHORTEST = 4


def stems(*words: str) -> tuple[str, ...]:
    """Distinct, in order."""
    return tuple(dict.fromkeys(map(stem, words)))


def stem(word: str) -> str:
    """What a word has in common with its stem, so that `hurried` finds `hurry`; the whole word if that is short."""
    pairs = zip(word, stemming.stem(word), strict=False)
    beginning = "".join(letter for letter, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return beginning if len(beginning) >= SHORTEST else word
