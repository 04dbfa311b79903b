"""The words of a text, and its telling words: those that say what the text is about."""

import re

from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS

WORD = re.compile(r"[^\W\d_][\w'’&-]*|\d+(?:[.,]\d+)*%?")
SHORTEST = 3


def split_words(text: str) -> list[str]:
    """The words and figures, unchanged: `follow-up`, `R&D`, `owner's`, `1,200`, `50%`."""
    return WORD.findall(text)


def find_telling_words(text: str) -> list[str]:
    """The words that carry meaning, in order and in lower case, without figures."""
    return [word for word in (one.lower() for one in split_words(text)) if _tells(word)]


def find_telling_stems(text: str) -> set[str]:
    return {stem(word) for word in find_telling_words(text)}


def _tells(word: str) -> bool:
    return len(word) >= SHORTEST and not word[0].isdigit() and word.replace("’", "'") not in STOP_WORDS
