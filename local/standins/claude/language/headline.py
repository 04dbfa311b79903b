"""A headline for several problems: the phrase among them that says most of what they share."""

import math
import re
from collections import Counter

from local.standins.claude.language.words import STOP, common_stems, stem, telling, words

MOST_WORDS = 8

_HEAD = re.compile(r"^trouble (?:with )?", re.IGNORECASE)
_PLAIN_HEADS = frozenset({"find", "get", "choos", "decid", "mak", "start", "us", "hav", "giv", "know", "do"})


def headline(statements: list[str], quotes: list[str]) -> str:
    """At most MOST_WORDS words in sentence case, without a full stop."""
    shared = common_stems([f"{one} {two}" for one, two in zip(statements, quotes, strict=True)])
    phrases = [phrase for statement in statements for phrase in _phrases(statement)]
    if not phrases:
        return "An unclear problem"
    best = max(phrases, key=lambda phrase: (_worth(phrase, shared, len(statements)), -len(phrase), phrase))
    words_of = best.split()
    if not words_of[0].lower().endswith("ing") and len(words_of) == 1:
        best = f"trouble with {best}"
    return best[0].upper() + best[1:]


def salient(texts: list[str]) -> list[str]:
    """The terms that several of the texts share, most shared first, each in its commonest form."""
    shared = common_stems(texts)
    forms: dict[str, Counter[str]] = {}
    for text in texts:
        for word in telling(text):
            if word != "trouble":
                forms.setdefault(stem(word), Counter())[word] += 1
    ranked = sorted(forms, key=lambda one: (-shared[one], -sum(forms[one].values()), one))
    return [min(forms[one], key=lambda form: (-forms[one][form], form)) for one in ranked if one not in _PLAIN_HEADS][
        :8
    ]


def _phrases(statement: str) -> list[str]:
    """The phrases of a statement ("phrase: topic"), and shorter beginnings of each."""
    found: list[str] = []
    for part in _HEAD.sub("", statement.strip().rstrip(".")).split(": "):
        tokens = part.split()
        for end in range(min(len(tokens), MOST_WORDS), 1, -1):
            last = tokens[end - 1].lower().strip(",")
            whole = end == len(tokens) or tokens[end].lower() in {
                "for",
                "in",
                "with",
                "on",
                "at",
                "from",
                "to",
                "of",
                "and",
                "or",
                "as",
                "by",
            }
            if whole and last not in STOP:
                found.append(" ".join(tokens[:end]).strip(","))
    return found


def _worth(phrase: str, shared: Counter[str], texts: int) -> float:
    """Terms that many share count most; words that few share cost a little."""
    stems = {stem(word) for word in telling(phrase)}
    gain = sum(shared[one] / texts for one in stems if shared[one] > 1)
    strays = sum(1 for one in stems if shared[one] <= 1)
    form = 0.4 if phrase.split()[0].lower().endswith("ing") else 0.0
    return gain + form - 0.15 * strays - 0.03 * len(words(phrase)) - 0.05 * math.log1p(len(phrase))
