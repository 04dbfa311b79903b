"""Unit vectors that behave like sentence embeddings: themes are dense places, everything shares a little."""

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
Vectors = NDArray[np.float32]


class Space:
    """A repeatable source of themes and of texts that belong to none."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        self._shared = self._unit(self._random.normal(size=(1, DIMENSIONS)))

    def theme(self, count: int, *, closeness: float = 0.6) -> Vectors:
        """`count` texts about one thing; two of them have about this cosine once what all texts share is taken away."""
        middle = self._unit(self._random.normal(size=(1, DIMENSIONS)))
        return self.around(middle, count, closeness=closeness)

    def around(self, middle: Vectors, count: int, *, closeness: float = 0.6) -> Vectors:
        own = self._unit(self._random.normal(size=(count, DIMENSIONS)))
        return self._unit(0.4 * self._shared + closeness**0.5 * middle + (1 - closeness) ** 0.5 * own)

    def unrelated(self, count: int) -> Vectors:
        return self._unit(0.4 * self._shared + self._unit(self._random.normal(size=(count, DIMENSIONS))))

    def middle(self) -> Vectors:
        return self._unit(self._random.normal(size=(1, DIMENSIONS)))

    def _unit(self, vectors: NDArray[np.float64] | Vectors) -> Vectors:
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
