"""The project's one list of stop words, which do not tell what a text is about. `stop_words.txt` names its source."""

from pathlib import Path

STOP_WORDS: frozenset[str] = frozenset(
    word
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
