"""How much an opportunity is worth: frequency × urgency × monetization, each 0–10, so 0–1000.

Frequency is counted in voices: n voices are worth 10 · log(1 + n) / log(1 + SATURATION), at most 10. The first voices
count most, and beyond a hundred nothing is added. Urgency and monetization are the model's ratings.

Age is not part of the score. It counts only when cards are ranked against each other: a card that is HALF_LIFE newer
ranks like one of twice the score. So a card's score does not depend on what else is found, and a post with an old or a
wrong date does not change the order of other cards.
"""

import math
from collections.abc import Iterable

from shared.opportunities.models import Frequency, Opportunity, Problem

HALF_LIFE_SECONDS = 180 * 86_400
SATURATION = 100
HIGHEST = 10.0
LEAST_SCORE = 0.05
"""Smaller than the smallest rounded score above 0, so that cards with a score of 0 are ranked by age alone."""


def count_frequency(problems: Iterable[Problem]) -> Frequency:
    """The frequency of an opportunity, from all of its problems in any order."""
    voices = len({problem.voice for problem in problems})
    value = min(HIGHEST, HIGHEST * math.log1p(voices) / math.log1p(SATURATION))
    return Frequency(voices=voices, value=round(value, 2))


def compute_recency(problems: Iterable[Problem]) -> float:
    """When the voices of an opportunity spoke, in seconds since 1970: the mean of 2^(time / HALF_LIFE), as a time.

    A voice counts once, at the time of its latest problem.
    """
    last: dict[str, float] = {}
    for problem in problems:
        last[problem.voice] = max(problem.created_utc, last.get(problem.voice, -math.inf))
    newest = max(last.values())
    mean = math.fsum(2.0 ** ((at - newest) / HALF_LIFE_SECONDS) for at in last.values()) / len(last)
    return newest + HALF_LIFE_SECONDS * math.log2(mean)


def score(frequency: Frequency, urgency: float, monetization: float) -> float:
    return round(frequency.value * urgency * monetization, 1)


def rank(score: float, recency: float) -> float:
    """A number for comparing cards: higher is better. It has no other meaning."""
    return math.log2(max(score, LEAST_SCORE)) + recency / HALF_LIFE_SECONDS


def rank_of(card: Opportunity) -> float:
    return rank(card.score, card.recency)
