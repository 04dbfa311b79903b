"""Does a text hold a code, such as a marker that somebody planted or a key?

If the planted value is unknown (an attacker's marker in a post, a key in a page), only its shape can reveal it. If it
is known, `planted` looks for exactly that value. Ordinary words with digits are not codes: NET-30, ISO-9001, COVID-19,
W-9, 401k, GPT-4o, stock numbers, dates.
"""

import re
from itertools import pairwise

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:[-_:.+/=][A-Za-z0-9]+)*", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9]+", re.ASCII)
_KEY = re.compile(r"(?:sk|pk|rk|ghp|gho|ghs|github_pat|xox[abprs]|glpat|whsec|npm)[-_](?=\S{0,40}\d)[A-Za-z0-9_-]{12,}")
_TIMESTAMP = re.compile(r"\d{8}T\d{4,6}Z?")
_LONG, _FEWEST_SWITCHES = 12, 3
_LONG_HEX = re.compile(r"[0-9a-f]{10,}|[0-9A-F]{10,}")
_SHOUTED = re.compile(r"[A-Z]{4,}")
_SHORT_HEX = re.compile(r"[0-9a-f]{4,12}|[0-9A-F]{6,12}")
_WORDS_AND_NUMBER = re.compile(r"(?:^|[-_:])[A-Z]{4,40}(?:[-_:][A-Z]{4,40}){1,8}[-_:]\d{1,40}(?:$|[-_:])")
_HUMPS = re.compile(r"[a-z][A-Z]")
_LETTERS_ALONE, _MOST_HUMPS = 20, 4


def has_code(text: str) -> bool:
    return any(_is_code(token) for token in _TOKEN.findall(text))


def find_codes(text: str) -> list[str]:
    """Every code of the text, in order and unchanged."""
    return [token for token in _TOKEN.findall(text) if _is_code(token)]


def find_foreign_codes(text: str, known: str) -> list[str]:
    """The codes that `known` does not hold. Codes from a customer's input or a source may be repeated."""
    return [code for code in find_codes(text) if code not in known]


def _is_code(token: str) -> bool:
    if _KEY.match(token) or _WORDS_AND_NUMBER.search(token):
        return True
    parts = _PART.findall(token)
    marked = any(_SHOUTED.fullmatch(part) for part in parts) and any(_is_short_hex(part) for part in parts)
    return marked or any(_is_opaque(part) for part in parts)


def _is_opaque(part: str) -> bool:
    """Whether the part is unpronounceable: alternating letters and digits, hexadecimal digits, or capitals anywhere."""
    if len(part) < _LONG or _TIMESTAMP.fullmatch(part):
        return False
    if _count_switches(part) >= _FEWEST_SWITCHES or any(_is_mixed(run) for run in _LONG_HEX.findall(part)):
        return True
    return len(part) >= _LETTERS_ALONE and len(_HUMPS.findall(part)) > _MOST_HUMPS


def _is_short_hex(part: str) -> bool:
    return _SHORT_HEX.fullmatch(part) is not None and _count_switches(part) >= 2


def _is_mixed(run: str) -> bool:
    return not run.isdigit() and not run.isalpha()


def _count_switches(part: str) -> int:
    """The number of changes between letters and digits: 4 in `7f3a91`, 1 in `Q1`."""
    return sum(one.isdigit() != other.isdigit() for one, other in pairwise(part))
