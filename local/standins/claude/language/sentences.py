"""Sentences as exact slices of a text."""

import re

LONGEST = 300

_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=…)\s+|\s*\n\s*")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|vs|mr|mrs|ms|dr|inc|ltd|co|approx|no|st)\.$", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-*•>#]+|\d{1,2}[.)])\s+")
_CLAUSE = re.compile(r"[,;:]\s|\s[-–—]+\s|\s(?=(?:but|because|so that|although)\s)")


def sentences(text: str) -> list[str]:
    """The sentences of a text in order. Each is a slice of it, character for character, without white space at its ends."""
    parts: list[str] = []
    begin = 0
    for gap in _BREAK.finditer(text):
        if _ABBREVIATION.search(text[begin : gap.start()]) and "\n" not in gap.group():
            continue
        parts.append(text[begin : gap.start()])
        begin = gap.end()
    parts.append(text[begin:])
    return [sentence for part in parts if (sentence := _bare(part))]


def shortened(sentence: str) -> str:
    """A slice of at most LONGEST characters, ending where a clause or at least a word ends."""
    if len(sentence) <= LONGEST:
        return sentence
    ends = [gap.start() for gap in _CLAUSE.finditer(sentence, 60, LONGEST)]
    cut = ends[-1] if ends else sentence.rfind(" ", 0, LONGEST)
    return sentence[: cut if cut > 0 else LONGEST].strip()


def _bare(part: str) -> str:
    return _BULLET.sub("", part.strip()).strip()
