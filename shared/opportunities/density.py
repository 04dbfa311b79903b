"""DBSCAN on unit vectors, and the neighbour smoothing that makes one radius fit every theme. Pure numpy.

Everything works in blocks of rows, and a pair of texts takes only one bit of memory. Rows are sorted by post, since
what counts is how many posts say a thing, not how often one post says it.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
Indexes = NDArray[np.intp]
Mask = NDArray[np.bool_]
Bits = NDArray[np.uint8]

NOISE = -1
ROWS = 1024


def scale_to_unit(vectors: Vectors) -> Vectors:
    """Each row scaled to length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)


def smooth(vectors: Vectors, posts: Indexes, *, neighbours: int, rounds: int) -> Vectors:
    """Move every text towards the mean of its nearest texts of other posts, so that themes contract."""
    nearest, weights = _find_nearest(vectors, posts, neighbours)
    moved = vectors
    for _ in range(rounds):
        sums = np.empty_like(moved)
        for rows in _split_blocks(len(moved)):
            around = np.einsum("rk,rkd->rd", weights[rows], moved[nearest[rows]])
            sums[rows] = around + moved[rows]
        moved = scale_to_unit(sums)
    return moved


def run_dbscan(vectors: Vectors, posts: Indexes, *, cosine: float, enough: int) -> Indexes:
    """Labels from 0, or NOISE. A core text has texts of at least `enough` posts (its own included) within `cosine`.

    A border text goes to the theme of its most similar core text.
    """
    near, core = _find_near(vectors, posts, cosine, enough)
    cores = np.flatnonzero(core)
    labels = _find_components(near, core)
    if not len(cores):
        return labels
    border = np.flatnonzero(~core)
    for rows in _split_blocks(len(border)):
        similar = vectors[border[rows]] @ vectors[cores].T
        best = similar.argmax(axis=1)
        within = similar[np.arange(len(best)), best] >= cosine
        labels[border[rows][within]] = labels[cores[best[within]]]
    return labels


def _find_nearest(vectors: Vectors, posts: Indexes, neighbours: int) -> tuple[Indexes, Vectors]:
    """The nearest texts of other posts, with their cosines (at least 0) as weights. The text itself weighs 1."""
    count = len(vectors)
    neighbours = min(neighbours, max(count - 1, 0))
    nearest = np.zeros((count, neighbours), dtype=np.intp)
    weights = np.zeros((count, neighbours), dtype=np.float32)
    if not neighbours:
        return nearest, weights
    for rows in _split_blocks(count):
        similar = vectors[rows] @ vectors.T
        similar[posts[rows][:, None] == posts[None, :]] = -1.0
        best = np.argpartition(-similar, neighbours - 1, axis=1)[:, :neighbours]
        nearest[rows] = best
        weights[rows] = np.maximum(np.take_along_axis(similar, best, axis=1), 0.0)
    return nearest, weights


def _find_near(vectors: Vectors, posts: Indexes, cosine: float, enough: int) -> tuple[Bits, Mask]:
    """Which texts lie within `cosine` of each other (a row of bits per text), and which are core texts."""
    near = np.empty((len(vectors), -(-len(vectors) // 8)), dtype=np.uint8)
    core = np.zeros(len(vectors), dtype=np.bool_)
    first_of_post = np.flatnonzero(np.r_[True, posts[1:] != posts[:-1]]) if len(posts) else np.zeros(0, dtype=np.intp)
    for rows in _split_blocks(len(vectors)):
        close = vectors[rows] @ vectors.T >= cosine
        near[rows] = np.packbits(close, axis=1)
        core[rows] = np.logical_or.reduceat(close, first_of_post, axis=1).sum(axis=1) >= enough
    return near, core


def _find_components(near: Bits, core: Mask) -> Indexes:
    """Which core texts are connected through core texts; components count from 0 by their first text."""
    labels = np.full(len(core), NOISE, dtype=np.intp)
    component = 0
    for start in np.flatnonzero(core):
        if labels[start] != NOISE:
            continue
        frontier = np.asarray([start], dtype=np.intp)
        while len(frontier):
            labels[frontier] = component
            reached = np.unpackbits(np.bitwise_or.reduce(near[frontier], axis=0), count=len(core))
            frontier = np.flatnonzero(reached.astype(np.bool_) & core & (labels == NOISE))
        component += 1
    return labels


def _split_blocks(count: int) -> Iterator[slice]:
    for start in range(0, count, ROWS):
        yield slice(start, min(start + ROWS, count))
