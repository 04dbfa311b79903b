"""Whether a phrase may stand as a title, in a name or inside a sentence: grammar by word lists, strict rather than clever."""

import re
from itertools import pairwise

from local.standins.claude.language.phrases import has_clause
from shared.words.stop_words import STOP_WORDS
from shared.words.telling import find_telling_words

MOST_WORDS = 12

_ODD = re.compile(r"[^\w\s'’/&,.$%+<>*-]|\d{5,}|\$(?!\s?\d)|&\w|(?<!\w)['’]|/\S*/|\.\.|</?[A-Za-z!]")
_ENDS_BADLY_WORDS = """
a an the to of for in on with at by from and or as that this my our your so if about into than not very really any some
no new old small big best good right first other same own such more
"""
_ENDS_BADLY = frozenset(_ENDS_BADLY_WORDS.split())
_BEGINS_BADLY_WORDS = """
i i'm i've it's its he she they we you me my has have had is are was were do does did can could should would will what which who
whom whose why how when where any some so but and or if just not no describe same anyone anybody need needs show found got to of for with
"""
_BEGINS_BADLY = frozenset(_BEGINS_BADLY_WORDS.split())
_UNFIT = frozenset(
    {
        "myself",
        "yourself",
        "crap",
        "bullshit",
        "ouch",
        "shit",
        "fuck",
        "stealing",
        "paranoid",
        "ripped",
        "guts",
        "losers",
        "meta",
        "poll",
        "psa",
        "the-table",
        "under-the-table",
    }
)
_CLUMSY = frozenset({("any", "marketing"), ("this", "and"), ("that", "and"), ("helping", "you")})
_VERBAL = re.compile(r"[A-Za-z]+(?:ings?|ed|ly)")
_NOUNS_IN_ING_WORDS = """
accounting advertising banking billing bookkeeping branding building catering clothing consulting engineering filing financing
funding hiring hosting housing invoicing keeping licensing manufacturing marketing meeting networking parking pricing printing
processing programming shipping training wedding
"""
NOUNS_IN_ING = frozenset(_NOUNS_IN_ING_WORDS.split())


def reads_well(phrase: str) -> bool:
    """A gerund or noun phrase of two words or more, whole, about something, and fit for a shop window."""
    words = phrase.replace("’", "'").split()
    plain = [word.lower().strip(",.") for word in words]
    if not 2 <= len(words) <= MOST_WORDS or _ODD.search(phrase) or len(find_telling_words(phrase)) < 1:
        return False
    if plain[0] in _BEGINS_BADLY or plain[-1] in _ENDS_BADLY or has_clause(plain) or _UNFIT & set(plain):
        return False
    pairs = set(pairwise(plain))
    named = any(word not in STOP_WORDS and not word.endswith("ing") for word in plain) or plain[-1] in NOUNS_IN_ING
    return named and not pairs & _CLUMSY and not any(one == other for one, other in pairs)


_TROUBLE = re.compile(r"Trouble (?:with )?(?P<what>.+)", re.DOTALL)
_VERBS_WORDS = """
become bother bring describe expect happen help kept move necessary prepare realize said sent solve specific stop lack
become learn offer provide appreciate recover determine decide stay keep
"""
_VERBS = frozenset(_VERBS_WORDS.split())


def is_noun(word: str) -> bool:
    """Whether a telling word can be named on its own; forms of verbs and adverbs cannot."""
    return word in NOUNS_IN_ING or (word not in _VERBS and len(word) > 3 and _VERBAL.fullmatch(word) is None)


def phrase_in(statement: str) -> str | None:
    """What a statement names as the trouble, without a topic that was added to it; None if it is a sentence of its own."""
    said = _TROUBLE.match(statement)
    return said.group("what").rstrip(".").split(": ")[0].strip() if said else None
