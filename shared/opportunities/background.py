"""The usual closeness within a collection of texts. "Close" is measured against it, so no fixed radius is needed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.opportunities.density import ROWS, Indexes, Vectors, scale_to_unit

# Median and spread of the uncentred cosines of two unrelated problem statements, measured on 1,860 statements of Reddit
# posts. They weigh as much as this many texts, since a handful of texts cannot show what is usual.
USUAL = 0.15
SPREAD = 0.117
USUAL_WEIGHS = 10
NO_CENTRE_WEIGHS = 30
# Bounds that hold for any collection. A larger shared part or a wider spread than these means that the texts share
# themes; texts with a cosine below LEAST_CLOSE never share one.
LONGEST_CENTRE = 0.40
MOST_USUAL = 0.15
WIDEST_SPREAD = 0.15
LEAST_CLOSE = 0.20
BINS = 4000


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """`usual` and `spread`: median and robust standard deviation of the cosines between centred texts of different
    posts.
    """

    centre: Vectors
    usual: float
    spread: float

    def subtract_centre(self, vectors: Vectors) -> Vectors:
        """Unit vectors without what all texts have in common."""
        return scale_to_unit(vectors - self.centre)

    def closeness(self, deviations: float) -> float:
        """The cosine that lies `deviations` standard deviations above the usual one."""
        return max(self.usual + deviations * self.spread, LEAST_CLOSE)


def shrink_mean(total: Vectors, count: int) -> Vectors:
    """The mean of `count` vectors that add up to `total`, shrunk more the fewer they are, and of limited length.

    The plain mean of texts on one theme is that theme, and subtracting it would erase the theme.
    """
    mean = (total / (count + NO_CENTRE_WEIGHS)).astype(np.float32)
    return mean * np.float32(min(1.0, LONGEST_CENTRE / max(float(np.linalg.norm(mean)), 1e-6)))


def measure_background(vectors: Vectors, posts: Indexes, centre: Vectors) -> Background:
    """Measure the background on all pairs of texts of different posts."""
    centred = scale_to_unit(vectors - centre)
    histogram = np.zeros(BINS, dtype=np.int64)
    for start in range(0, len(centred), ROWS):
        similar = centred[start : start + ROWS] @ centred.T
        others = similar[posts[start : start + ROWS][:, None] != posts[None, :]]
        histogram += np.histogram(others, bins=BINS, range=(-1.0, 1.0))[0]
    trust = len(vectors) / (len(vectors) + USUAL_WEIGHS)
    if not histogram.sum():
        return Background(centre, USUAL, SPREAD)
    middles = np.linspace(-1.0, 1.0, BINS, endpoint=False, dtype=np.float64) + 1.0 / BINS
    median = _compute_median(middles, histogram)
    away = np.abs(middles - median)
    order = np.argsort(away, kind="stable")
    usual = min(median, MOST_USUAL)
    spread = min(1.4826 * _compute_median(away[order], histogram[order]), WIDEST_SPREAD)
    return Background(centre, trust * usual + (1 - trust) * USUAL, trust * spread + (1 - trust) * SPREAD)


def _compute_median(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    cumulated = counts.cumsum()
    return float(values[int(np.searchsorted(cumulated, int(counts.sum()) / 2))])
