"""The terms by which a text is found: what the search index makes of it (`ANALYSIS` of the catalogue's index).

Lucene's standard tokenizer follows Unicode's word boundaries (UAX #29): an apostrophe, a full stop or a colon between
two letters and a comma or a full stop between two digits do not divide a word, and `_` joins.
"""

import re

from shared.words.stemming import stem

_LETTER, _DIGIT = r"[^\W\d_]", r"\d"
_JOINED = rf"(?<={_LETTER})['’.:·](?={_LETTER})|(?<={_DIGIT})['’.,;](?={_DIGIT})"
_TERM = re.compile(rf"\w+(?:(?:{_JOINED})\w+)*")


def search_terms(text: str) -> set[str]:
    """Stems in lower case; empty if the text has no word."""
    return {stem(term) for term in _TERM.findall(text) if term.strip("_")}
