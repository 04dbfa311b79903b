"""What the rules read out of an opportunity: its words, weighted by where they stand, and texts that may be shown."""

import hashlib
import re
from collections import Counter
from functools import cached_property
from typing import Any

from shared.agents.plain_text import has_code, plain, text_findings

WORD = re.compile(r"[a-z][a-z'’]+")
TITLE_WEIGHT, STATEMENT_WEIGHT, QUOTE_WEIGHT = 4, 2, 1
STOP = frozenset(
    """
    a about above actually after again against all almost already also although always am an and another any anyone anything are aren't
    around as ask asking at back be because been before being below best better between bit both but by call came can can't cannot come
    could couldn't cover day days did didn't different do does doesn't doing don't done down each easy either else end enough etc even
    ever every everyone everything exactly far feel few find first for found from full get getting give go goes going good got great
    guess had hard has hasn't have haven't having he help her here him his how however i i'm i've idea if in instead into is isn't it
    it's its just keep kind know last least less let let's like little ll long look looking lot lots made main make makes making many
    may maybe me mean might mine month months more most much must my myself need needed needs never new next no nobody not nothing now
    of off often ok old on once one ones only or other others our out over own part past people per person place point possible pretty
    problem problems put quite rather re really right run said same say says see seem seems seen set several she should shouldn't since
    small so some somebody someone something soon sort start started starting still stuff such sure take taking tell than that that's
    the their them then there these they they're thing things think this those though through thus time times to today told too took
    toward tried try trying two under until up upon us use used useful using usually ve very via want wanted wanting wants was wasn't
    way ways we week weeks well went were weren't what what's whatever when where whether which while who whole whose why will with
    without won't work working worth would wouldn't wrong year years yes yet you you're your yourself yours reddit subreddit post posts
    edit hey guys thanks thank please advice question questions anybody today's business businesses owner owners company companies
    startup startups entrepreneur entrepreneurs running difficulty trouble unclear lack lacking finding knowing understanding
    describe describes described words telling named favorite ouch making
    """.split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)


class Brief:
    """The opportunity of a request. Nothing in it is believed: texts are shown only as far as they are plain."""

    def __init__(self, opportunity: dict[str, Any]):
        self._opportunity = opportunity
        self.title = plain(str(opportunity.get("title") or ""))
        self.summary = plain(str(opportunity.get("summary") or ""))
        self.who = plain(str(opportunity.get("who") or ""))
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
            telling = len(word) > 3 and word not in STOP and "'" not in word
            if telling and not any(word[:5] == other[:5] for other in kept):
                kept.append(word)
        return kept[:8]

    @property
    def seed(self) -> int:
        """The same for the same opportunity, whenever and in whatever order its problems come."""
        quotes = sorted(str(problem.get("quote", "")) for problem in self.problems[:1])
        return int.from_bytes(hashlib.sha256("\n".join([self.title, *quotes]).encode()).digest()[:6])

    def weight(self, signals: dict[str, float]) -> float:
        """How strongly the words speak for something: each signal's weight for words that begin with it, or that are it
        if it ends in `!`; frequent words are damped.
        """
        return sum(weight * min(self._count(signal), 10) for signal, weight in signals.items())

    def _count(self, signal: str) -> int:
        if signal.endswith("!"):
            return self.counts[signal[:-1]]
        return sum(count for word, count in self.counts.items() if word.startswith(signal))

    def shown(self, text: str, longest: int = 400) -> str:
        """The sentences of a text that are plain enough to stand on the marketplace."""
        sentences = re.split(r"(?<=[.!?])\s+", plain(text))
        kept = " ".join(s for s in sentences if s and not has_code(s) and not text_findings("text", s))
        kept = re.sub(r"[*_`#~|\\{}<>\[\]]+", "", kept)
        if len(kept) <= longest:
            return kept
        return kept[:longest].rsplit(" ", 1)[0].rstrip(",;:") + "…"

    def topic(self) -> str:
        """What the title is about, as a name may end with it: up to five words, none at its ends that says nothing.

        A title that says too little is replaced by the words that most of the problems share.
        """
        parts = [re.findall(r"[A-Za-z]+", part) for part in re.split(r"[^A-Za-z' ]+", self.title.replace("'", ""))]
        words = max(parts, key=lambda part: sum(_telling(word) for word in part), default=[])
        while words and not _telling(words[0]):
            words = words[1:]
        words = words[:5]
        while words and (not _telling(words[-1]) or len(" ".join(words)) > 36):
            words = words[:-1]
        if sum(_telling(word) for word in words) >= 2:
            return " ".join(
                word if word.isupper() or (word.lower() in STOP and len(word) < 5) else word.capitalize()
                for word in words
            )
        kept = [word.lower() for word in words if not word.lower().endswith(("ed", "ing"))]
        found = list(dict.fromkeys([*kept, *self.keywords]))[:2] or ["everyday work"]
        return " and ".join(word.capitalize() for word in found)

    @property
    def subject(self) -> str:
        """The topic as it stands inside a sentence."""
        return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in self.topic().split())

    def _texts(self) -> list[tuple[str, int]]:
        texts = [(self.title, TITLE_WEIGHT), (self.summary, STATEMENT_WEIGHT), (self.who, QUOTE_WEIGHT)]
        for problem in self.problems:
            texts.append((str(problem.get("statement", "")), STATEMENT_WEIGHT))
            texts.append((str(problem.get("quote", "")), QUOTE_WEIGHT))
        return texts


def _telling(word: str) -> bool:
    return len(word) > 2 and word.lower() not in STOP
