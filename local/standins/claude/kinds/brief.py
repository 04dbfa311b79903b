"""What the rules read out of an opportunity: its words, weighted by where they stand, and texts that may be shown."""

import re
from collections import Counter
from functools import cached_property
from typing import Any

from local.standins.claude.language.plain_words import plain_words
from local.standins.claude.language.readable import is_noun, reads_well
from shared.untrusted_text.codes import has_code
from shared.untrusted_text.plain_text import check_text, tidy
from shared.words.stop_words import STOP_WORDS

WORD = re.compile(r"[a-z][a-z'’]+")
SPOKEN = re.compile(r"[a-z][a-z']*")
MOST_OF_ONE = 5.0
QUOTE_SHARE = 0.4
SPEAKS_OF_IT = 1.0
TOPIC_LENGTH = 48
TITLE_WEIGHT, STATEMENT_WEIGHT, QUOTE_WEIGHT = 4, 2, 1


class Brief:
    """The opportunity of a request. Nothing in it is believed: texts are shown only as far as they are plain."""

    def __init__(self, opportunity: dict[str, Any]):
        self._opportunity = opportunity
        self.title = plain_words(tidy(str(opportunity.get("title") or "")))
        self.summary = tidy(str(opportunity.get("summary") or ""))
        self.who = tidy(str(opportunity.get("who") or ""))
        problems = opportunity.get("problems")
        self.problems: list[dict[str, Any]] = (
            [p for p in problems if isinstance(p, dict)] if isinstance(problems, list) else []
        )

    @cached_property
    def counts(self) -> Counter[str]:
        """How much each word counts: once per text that has it, titles more than quotes."""
        weighted: Counter[str] = Counter()
        for text, weight in self._texts():
            for word in set(WORD.findall(text.lower().replace("’", "'"))):
                weighted[word] += weight
        return weighted

    @cached_property
    def keywords(self) -> list[str]:
        """The telling words, heaviest first; one of several with the same beginning."""
        kept: list[str] = []
        for word, _ in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            telling = len(word) > 3 and word not in STOP_WORDS and "'" not in word and is_noun(word)
            if telling and not any(word[:5] == other[:5] for other in kept):
                kept.append(word)
        return kept[:8]

    @cached_property
    def shared_keywords(self) -> list[str]:
        """Those that the title or at least two of the problems have: what one person mentions is not what all look for."""
        texts = [f"{one.get('statement', '')} {one.get('quote', '')}".lower() for one in self.problems]
        return [
            word for word in self.keywords if word in self.title.lower() or sum(word in text for text in texts) > 1
        ] or self.keywords[:2]

    def weight(self, signals: dict[str, float]) -> float:
        """How strongly the words speak for something, 0 to MOST_OF_ONE: the mean over the problems, the title counting
        as two. No problem counts for more than MOST_OF_ONE, however much it says.
        """
        title = heard(self.title, signals)
        problems = [
            heard(str(one.get("statement", "")), signals) + QUOTE_SHARE * heard(str(one.get("quote", "")), signals)
            for one in self.problems
        ]
        return sum(min(one, MOST_OF_ONE) for one in [title, title, *problems]) / (2 + len(problems))

    def share(self, signals: dict[str, float]) -> float:
        """The share of the problems that speak of what the signals stand for."""
        speaking = sum(speaks(str(one.get("statement", "")), signals) for one in self.problems)
        return speaking / max(1, len(self.problems))

    def support(self, signals: dict[str, float]) -> float:
        """The same with the title counting as two problems, 0 to 1."""
        count = len(self.problems)
        return (2 * speaks(self.title, signals) + count * self.share(signals)) / (2 + count)

    def shown(self, text: str, longest: int = 400) -> str:
        """The sentences of a text that are plain enough to stand on the marketplace."""
        sentences = re.split(r"(?<=[.!?])\s+", tidy(text))
        kept = " ".join(s for s in sentences if s and not has_code(s) and not check_text("text", s))
        kept = plain_words(kept)
        if len(kept) <= longest:
            return kept
        return kept[:longest].rsplit(" ", 1)[0].rstrip(",;:") + "…"

    def topic(self) -> str:
        """What the opportunity is about, as a name may end with it: `Opening a Business Bank Account`."""
        words = shortened(self.subject, TOPIC_LENGTH).split()
        named = [words[0].capitalize() if words[0].islower() else words[0]]
        return " ".join([*named, *(word.capitalize() if _has_a_capital(word) else word for word in words[1:])])

    @cached_property
    def subject(self) -> str:
        """The same as it stands inside a sentence after `about` or `for`: the title where it reads well, else words that
        most of the problems share.
        """
        title = re.sub(r"^trouble (?:with )?", "", self.title.rstrip(" .?!"), flags=re.IGNORECASE)
        if _ALLOWED.fullmatch(title) and reads_well(title) and not has_code(title) and not check_text("title", title):
            first = title.split()[0]
            return shortened(title if first.isupper() and len(first) > 1 else title[0].lower() + title[1:], 70)
        said = (
            [word for word in re.findall(r"[a-z]{4,}", title.lower()) if word not in STOP_WORDS]
            if len(title) < 40
            else []
        )
        nouns = [word for word in dict.fromkeys([*said, *self.keywords]) if is_noun(word)]
        shared = [word for word in nouns if sum(word in str(one).lower() for one in self.problems) > 1]
        shared = [word for place, word in enumerate(shared) if word[:5] not in {one[:5] for one in shared[:place]}]
        return " and ".join(shared[:2] or nouns[:1]) or "everyday work"

    def _texts(self) -> list[tuple[str, int]]:
        texts = [(self.title, TITLE_WEIGHT), (self.summary, STATEMENT_WEIGHT), (self.who, QUOTE_WEIGHT)]
        for problem in self.problems:
            texts.append((str(problem.get("statement", "")), STATEMENT_WEIGHT))
            texts.append((str(problem.get("quote", "")), QUOTE_WEIGHT))
        return texts


def speaks(text: str, signals: dict[str, float]) -> bool:
    return heard(text, signals) >= SPEAKS_OF_IT


def heard(text: str, signals: dict[str, float]) -> float:
    """Each signal once: the beginning of a word; the whole word if it ends in `!`; words in a row if it has a `_`."""
    words = " ".join(SPOKEN.findall(text.lower().replace("’", "'")))
    spaced = f" {words} "
    return sum(weight for signal, weight in signals.items() if f" {signal.translate(_AS_SPOKEN)}" in spaced)


_AS_SPOKEN = str.maketrans("_-!", "   ")
_ALLOWED = re.compile(r"[A-Za-z](?:[A-Za-z '/&-]|\.(?=[a-z]))*")
_ADDITIONS = frozenset({"for", "in", "on", "with", "of", "at", "from", "by", "as", "into", "through"})
_SMALL = frozenset({*_ADDITIONS, "to", "and", "or", "that", "who", "a", "an", "the", "how", "whether"})


def shortened(phrase: str, longest: int) -> str:
    """A phrase that is too long ends before one of its additions, or if little would remain at a word that may end it."""
    if len(phrase) <= longest:
        return phrase
    words = phrase.split()
    heads = [" ".join(words[:place]) for place in range(len(words), 0, -1)]
    fitting = [head for head in heads if len(head) <= longest]
    at_joint = [
        head for head in fitting if words[len(head.split())].lower() in _ADDITIONS and len(head) >= 0.6 * longest
    ]
    whole = [head for head in fitting if head.split()[-1].lower() not in _SMALL]
    return next(iter([*at_joint, *whole]), phrase[:longest])


def _has_a_capital(word: str) -> bool:
    return word.islower() and word not in _SMALL - {"how", "whether", "who", "that"}
