"""How much an opportunity is worth looking at: frequency × urgency × monetization, each 0–10, so 0–1000.

Frequency is counted. Each distinct post with a problem of the opportunity weighs 2^(−age / HALF_LIFE), its age measured
from the newest post that any scan has seen (never from the clock, so scanning the same posts again changes nothing).
The sum w becomes 10 · log(1 + w) / log(1 + SATURATION), at most 10: the first posts say most, a hundred fresh ones say
everything. Urgency and monetization are the model's ratings.
"""

import math
from collections.abc import Iterable

from shared.opportunities.models import Frequency, Problem

HALF_LIFE_SECONDS = 180 * 86_400
SATURATION = 100
HIGHEST = 10.0


def frequency(problems: Iterable[Problem], newest: float) -> Frequency:
    """Of all problems of an opportunity, in any order; `newest` is the `created_utc` of the newest post seen ever."""
    written: dict[str, float] = {}
    for problem in problems:
        written[problem.post_id] = problem.created_utc
    weighted = math.fsum(_weight(newest - at) for at in written.values())
    return _frequency(len(written), weighted)


def aged(before: Frequency, seconds: float) -> Frequency:
    """The same posts seen from `seconds` later: exact, because every post loses the same share."""
    return _frequency(before.posts, before.weighted * _weight(seconds))


def score(frequency: Frequency, urgency: float, monetization: float) -> float:
    return round(frequency.value * urgency * monetization, 1)


def _weight(age: float) -> float:
    return 2.0 ** (-max(0.0, age) / HALF_LIFE_SECONDS)


def _frequency(posts: int, weighted: float) -> Frequency:
    kept = round(weighted, 4)  # what is stored is what the value follows from, then and when it has aged
    value = min(HIGHEST, HIGHEST * math.log1p(kept) / math.log1p(SATURATION))
    return Frequency(posts=posts, weighted=kept, value=round(value, 2))
