"""A headline for several problems: the phrase among them that says most of what they share."""

import re
from collections import Counter

from local.standins.claude.language.plain_words import plain_words
from local.standins.claude.language.readable import is_noun, reads_well
from local.standins.claude.language.words import common_stems, gerund
from shared.words.stemming import stem
from shared.words.stop_words import STOP_WORDS
from shared.words.telling import find_telling_words, split_words

MOST_WORDS = 8

_HEAD = re.compile(r"^trouble (?:with )?", re.IGNORECASE)
_PLAIN_HEADS_WORDS = """
find get choos decid mak start us hav giv know do
"""
_PLAIN_HEADS = frozenset(_PLAIN_HEADS_WORDS.split())


_CHOICE = re.compile(r"^deciding whether to (?:be |do )?(?P<verb>[a-z]+)", re.IGNORECASE)
_MAY_FOLLOW = frozenset({"for", "in", "with", "on", "at", "from"})
_HALF_VERBS = frozenset({"keep", "stop", "bother", "just", "even", "still", "let", "continue"})
_ASKING_WORDS = """
i i've i'm we as my hey so what what's which who where when how is are does do can has have any
"""
_ASKING = frozenset(_ASKING_WORDS.split())


def headline(statements: list[str], quotes: list[str]) -> str:
    """At most MOST_WORDS words in sentence case, without a full stop; what the problems share where none of them says it."""
    statements, quotes = [plain_words(one) for one in statements], [plain_words(one) for one in quotes]
    shared = common_stems([f"{one} {two}" for one, two in zip(statements, quotes, strict=True)])
    phrases = [phrase for statement in statements for phrase in _phrases(statement) if reads_well(phrase)]
    best = max(phrases, key=lambda phrase: (_worth(phrase, shared, len(statements)), -len(phrase), phrase), default="")
    common = max(2, len(quotes) / 2)
    terms = [one for one in salient(quotes) if shared[stem(one)] >= common]
    if not best or (terms and not any(shared[stem(word)] >= common for word in find_telling_words(best))):
        best = _named([*terms, *salient(quotes)]) or best
    if not best:
        asked = [one for one in statements if one.endswith("?") and len(one.split()) <= MOST_WORDS]
        best = (
            min(asked, key=len, default="") or _named(find_telling_words(" ".join(statements))) or "an unclear problem"
        )
    return best[0].upper() + best[1:].rstrip(" .,:;")


def _named(terms: list[str]) -> str:
    nouns = list(dict.fromkeys(term for term in terms if is_noun(term)))[:2]
    return f"trouble with {' and '.join(nouns)}" if nouns else ""


def salient(texts: list[str]) -> list[str]:
    """The terms that at least two of the texts share, most shared first, each in its commonest form."""
    shared = common_stems(texts)
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for word in find_telling_words(text):
            forms.setdefault(stem(word), Counter())[word] += 1
    ranked = sorted(forms, key=lambda one: (-shared[one], -sum(forms[one].values()), one))
    terms = [one for one in ranked if shared[one] > 1 and one not in _PLAIN_HEADS]
    return [min(forms[one], key=lambda form: (-forms[one][form], form)) for one in terms[:8]]


def _phrases(statement: str) -> list[str]:
    """The phrases of a statement ("phrase: topic"), and shorter beginnings that can stand alone."""
    found: list[str] = []
    for part in _HEAD.sub("", statement.strip().rstrip(".")).split(": "):
        tokens = _tokens(part)
        for end in range(min(len(tokens), MOST_WORDS), 1, -1):
            whole = end == len(tokens) or tokens[end].lower() in _MAY_FOLLOW
            if (
                whole
                and tokens[end - 1].lower().strip(",") not in STOP_WORDS
                and find_telling_words(" ".join(tokens[1:end]))
            ):
                found.append(" ".join(tokens[:end]).strip(",").removeprefix("the "))
    return found


def _tokens(part: str) -> list[str]:
    """The words of a phrase; of a choice whether to do this or that, the doing of this."""
    choice = _CHOICE.match(part)
    if choice is None or choice.group("verb").lower() in _HALF_VERBS:
        return part.split()
    return [gerund(choice.group("verb")), *part[choice.end() :].split(" or ")[0].split()]


def _worth(phrase: str, shared: Counter[str], texts: int) -> float:
    """Terms that many share count most; words that few share, and asking instead of naming, cost a little."""
    stems = {stem(word) for word in find_telling_words(phrase)} - _PLAIN_HEADS
    gain = 1.5 * sum(shared[one] / texts for one in stems if shared[one] > 1) + 0.2 * (len(stems) > 1)
    strays = sum(1 for one in stems if shared[one] <= 1)
    first = phrase.split()[0].lower()
    form = 0.5 if first.endswith("ing") else -1.0 if first in _ASKING else 0.0
    return gain + form - 0.12 * strays - 0.15 * abs(len(split_words(phrase)) - 4) / 2
