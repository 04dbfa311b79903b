"""Words: which carry meaning, what their stem is, how a verb becomes a gerund."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[^\W\d_][\w'’&-]*|\d+(?:[.,]\d+)*%?")

_STOP_WORDS = """
a able about above across actually after again all almost alone along already also although always am an and another any anybody anyone
anything are aren't around as ask at away back be became because been before being best better between big bit both but by came can can't
cannot could couldn't currently day days did didn't different do does doesn't doing don't done dont down each edit either else end enough
etc even ever every everyone everything far feel few find first for from full get gets getting give go goes going gone good got great
guess guy guys had has have haven't having he hello help her here hey hi him his hope how however i i'd i'll i'm i've idea ideas if im in
instead into is isn't it it's its ive just keep kind knew know last least less let let's like little ll long look looking lot lots love
made make makes making many may maybe me mean might mine more most much must my myself need needs never new next nice no nobody none nor
not nothing now of off often ok okay on once one ones only or other others our out over own part past people perhaps person place please
point possible post pretty probably put question questions quite rather re read real really reddit redditors right said same say saying
says see seem seems set several shall she should similar simple simply since small so some somebody someone something sometimes soon sort
start started starting still stuff subreddit such sure take taking tell than thank thanks that that's the their them then there there's
these they thing things think thinking this those though thought thoughts through time times to today together too took tried true try
trying two under until up us use used using usually ve very via want wanted wants was wasn't way ways we we're we've week well went were
what what's whatever when where whether which while who whole whom whose why will with within without won't work working works would
wouldn't wrong x year years yes yet you you're you've your yours yourself month months advice tips experience experiences recommend
recommendations suggestions suggestion suggest resources anyone's business businesses company companies startup startups entrepreneur
entrepreneurs entrepreneurship owner owners owning own run running order involved basically generally typically specific specifically
interested feedback comments comment appreciate appreciated greatly advance curious wondering wonder figure mind share sharing issue
issues problem problems trouble difficult difficulty worth deal dealing handle handling call called number numbers side case cases
certain level line amount high low talk talking story situation info information
"""
STOP = frozenset(_STOP_WORDS.split())
_PRONOUNS_WORDS = """
it this that these those them they he she him her me us you something anything stuff things one ones so such
"""
_PRONOUNS = frozenset(_PRONOUNS_WORDS.split())
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ies", "es", "ed", "s", "e", "y")
_IRREGULAR = {
    "be": "being",
    "die": "dying",
    "lie": "lying",
    "quit": "quitting",
    "begin": "beginning",
    "format": "formatting",
}
_DOUBLES = re.compile(r"^(?:[^aeiou]*[aeiou][bdgklmnprt]|.*(?:fer|mit|pel|cur|gin))$")


def stem(word: str) -> str:
    base = word.lower().split("'")[0].split("’")[0]
    for ending in _ENDINGS:
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            return base[: -len(ending)]
    return base


def words(text: str) -> list[str]:
    return WORD.findall(text)


def telling(text: str) -> list[str]:
    """The words that carry meaning, in order, lower case."""
    return [
        word
        for word in (one.lower() for one in words(text))
        if word not in STOP and len(word) > 2 and not word[0].isdigit()
    ]


def common_stems(texts: Iterable[str]) -> Counter[str]:
    """In how many of the texts each telling stem occurs."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update({stem(word) for word in telling(text)})
    return counts


def gerund(verb: str) -> str:
    """`find` → `finding`; a word that is a gerund already stays one."""
    verb = verb.lower()
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("ing") and len(verb) > 5:
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
