"""Words: which carry meaning, what their stem is, how a verb becomes a gerund."""

import re
from collections import Counter
from collections.abc import Iterable

from shared.words.telling import find_telling_stems

_PRONOUNS_WORDS = """
it this that these those them they he she him her me us you something anything stuff things one ones so such
"""
_PRONOUNS = frozenset(_PRONOUNS_WORDS.split())
_IRREGULAR = {
    "be": "being",
    "die": "dying",
    "lie": "lying",
    "quit": "quitting",
    "begin": "beginning",
    "format": "formatting",
}
_NO_GERUNDS = frozenset({"bring", "sing", "ring", "swing", "cling", "spring", "string", "king", "ping"})
_DOUBLES = re.compile(r"^(?:[^aeiou]*[aeiou][bdgklmnprt]|.*(?:fer|mit|pel|cur|gin))$")


def common_stems(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each telling stem occurs."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(find_telling_stems(text))
    return counts


def gerund(verb: str) -> str:
    """`find` → `finding`; a word that is a gerund already stays one."""
    verb = verb.lower()
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ing") and verb not in _NO_GERUNDS:
        return verb
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    if len(verb) <= 5 and _DOUBLES.match(verb) and not re.search(r"[aeiou]{2}.$", verb):
        return verb + verb[-1] + "ing"
    return verb + "ing"


def is_pronoun(word: str) -> bool:
    return word.lower() in _PRONOUNS
