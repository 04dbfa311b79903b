"""Words: which carry meaning, what their stem is, how a verb becomes a gerund."""

import re
from collections import Counter
from collections.abc import Iterable

WORD = re.compile(r"[^\W\d_][\w'’&-]*|\d+(?:[.,]\d+)*%?")

_STOP_WORDS = """
a able about above across actually advance advice afraid after again all almost alone along already also although
always am amount an and another any anybody anyone anyone's anything appreciate appreciated are aren't around as ask
at away awesome back basic basically be became because been before beginning being believe best better between big
biggest bit both business businesses but butt by call called came can can't cannot cant case cases certain challenge
challenges challenging cheap cheapest coming comment comments companies company complete completely confused could
couldn't couldnt couldve couple couples crazy curious currently day days deal dealing decide deciding did didn't
different difficult difficulty do does doesn't doesnt doing don't done dont down dumb each early easiest easy edit
effective effectively either else end enough entrepreneur entrepreneurs entrepreneurship etc even ever every
everyone everything exactly excited experience experiences fail failed failing failure far favorite favourite
feedback feel few figure finally find first for from frustrated frustrating frustration full general generally get
gets getting give giving glad go goes going gone good got great greatly group grow growing guess guy guys had handle
handling happen happened happens happy hard has have haven't having he head heads hello help her here hey hi high
him his hope hours how however huge i i'd i'll i'm i've idea ideas if im in info information instead interest
interested interesting into involved is isn't isnt issue issues it it's its ive just keep kind knew know knowing
last late lately least leave left less let let's level like line literally little ll long look looking lot lots love
low made main major make makes making many may maybe me mean might mind mine minutes month months more most much
must my myself need needs nervous never new next nice no nobody none nor not nothing now number numbers of off often
ok okay on once one ones only or order other others our out over overwhelmed overwhelming own owner owners owning
part past people perhaps person place please point possible post potentially pretty probably problem problems proud
put putting question questions quite rather re read ready real really recommend recommendations reddit redditors
resources right run running said same say saying says scared see seeing seem seems set several shall share sharing
she should side similar simple simply since situation small so some somebody someone something sometimes soon sorry
sort specific specifically start started starting startup startups still stories story stress stressed struggle
struggling stuck stuff subreddit success successful successfully such suggest suggestion suggestions sure take
taking talk talking tell than thank thanks that that's thats the their them then there there's these they thing
things think thinking this those though thought thoughts through time times tips tired to today together too took
tough tried trouble true try trying turn turned two type typically ultimately under until up us use used using
usually various ve very via want wanted wants was wasn't wasnt way ways we we're we've week well went were what
what's whatever whats when where whether which while who whole whom whose why will with within without won't wonder
wondered wondering wont work working works worried worth would wouldn't wrong x year years yes yet you you're you've
your yours yourself
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
_NO_GERUNDS = frozenset({"bring", "sing", "ring", "swing", "cling", "spring", "string", "king", "ping"})
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
