"""Constants of a logic that take more than filling in: each from the opportunity and what the kind's file gives."""

from collections.abc import Callable

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.stems import stem, stems
from shared.values import Json

STRONG = 3
"""So many of the shared words count twice."""
MOST_WORRIES = 4


def shared_words(brief: Brief, otherwise: Json) -> Json:
    """What several ask about, with its weight."""
    cut = stems(*brief.shared_keywords[:6])
    return {word: 2 if place < STRONG else 1 for place, word in enumerate(cut)} or otherwise


def themes(brief: Brief, usual: Json) -> Json:
    """The usual themes, and the opportunity's own words as far as no usual theme has them."""
    known = {word for words in usual.values() for word in words}
    own = {word: stem(word) for word in brief.keywords[:4]}
    new = {
        word: [cut]
        for word, cut in own.items()
        if not any(cut.startswith(other) or other.startswith(cut) for other in known)
    }
    return {**usual, **new}


def sore_points(brief: Brief, hints: Json) -> Json:
    """The usual hints, and one for each of the opportunity's heaviest words."""
    own = {
        stem(word): f"The customer brings up {word}: answer it in a sentence of its own."
        for word in reversed(brief.keywords[:3])
    }
    return {**hints, **{cut: own[cut] for cut in reversed(own) if cut not in hints}}


def worries(brief: Brief, usual: Json) -> Json:
    """Those whose `word` the opportunity has, at most MOST_WORRIES; else the first."""
    hints = {name: one["hint"] for name, one in usual.items() if brief.weight({one["word"]: 1}) > 0}
    first = next(iter(usual))
    return dict(list(hints.items())[:MOST_WORRIES]) or {first: usual[first]["hint"]}


def watched_costs(brief: Brief, given: Json) -> Json:
    """The costs that the opportunity names, and those that are always watched."""
    named = [word for word in brief.keywords if word in given["costs"]]
    return list(dict.fromkeys([*stems(*named), *given["always"]]))


COMPUTED: dict[str, Callable[[Brief, Json], Json]] = {
    one.__name__: one for one in (shared_words, themes, sore_points, worries, watched_costs)
}
