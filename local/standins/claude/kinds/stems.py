"""How words are cut so that one finds its other forms: the only place where the offline model's kinds do it."""

import re

ENDINGS = re.compile(r"(ations|ation|ings|ing|ments|ment|ies|es|ed|er|s|y|e)$")
SHORTEST = 4


def stems(*words: str) -> tuple[str, ...]:
    """Distinct, in order."""
    return tuple(dict.fromkeys(map(stem, words)))


def stem(word: str) -> str:
    """The word cut to how it begins, so that `payments` finds `paying`."""
    beginning = ENDINGS.sub("", word)
    return beginning if len(beginning) >= SHORTEST else word
