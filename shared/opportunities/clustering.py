"""Groups short texts into themes, with neither the number of themes nor a fixed radius given.

Every text is first moved towards its neighbours. Then DBSCAN finds the dense places, and its radius widens until half
of the texts have a theme. Then the original texts decide: members that do not fit are removed, incoherent themes are
dissolved, and left-over texts that fit a theme join it. Pure numpy, since scikit-learn and scipy would not fit into one
Lambda function beside the embedding model.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from shared.opportunities.background import Background, measure_background, shrink_mean
from shared.opportunities.density import NOISE, Indexes, Vectors, run_dbscan, smooth

UNCLUSTERED = NOISE
FEWEST_POSTS = 3

SMOOTHING_ROUNDS = 4
FEWEST_NEIGHBOURS = 5
NEIGHBOURS_PER_ROOT = 0.2
RADII = (0.98, 0.96, 0.94, 0.92, 0.90, 0.87, 0.84, 0.80)  # cosines, tried from the narrowest radius on
NOISE_TO_WIDEN = 0.5

# In standard deviations above the usual cosine of two unrelated texts of the same collection.
MEMBER_FITS = 1.8
THEME_COHERES = 2.2
TEXT_JOINS = 2.5
THEMES_ARE_ONE = 3.5


@dataclass(frozen=True, slots=True, eq=False)
class Themes:
    """`labels[i]` is the theme of text i, or UNCLUSTERED; themes count from 0, the largest first.

    `eps` is the widest radius (a cosine distance, after smoothing) that was needed.
    """

    labels: Indexes
    eps: float


def cluster(vectors: Vectors, posts: Sequence[str], *, largest: int) -> Themes:
    """Themes of the texts behind unit `vectors`; no theme holds more than `largest` distinct `posts`.

    The order of the texts does not matter: they are put in an order of their own first.
    """
    labels = np.full(len(vectors), UNCLUSTERED, dtype=np.intp)
    if len(set(posts)) < FEWEST_POSTS:
        return Themes(labels, 0.0)
    order = _sort_canonically(vectors, posts)
    sorted_vectors = np.ascontiguousarray(vectors[order], dtype=np.float32)
    codes = np.unique(np.asarray(posts)[order], return_inverse=True)[1].astype(np.intp)
    centre = shrink_mean(sorted_vectors.sum(axis=0), len(sorted_vectors))
    usual = measure_background(sorted_vectors, codes, centre)
    centred = usual.subtract_centre(sorted_vectors)
    found, eps = _find_dense(centred, codes)
    groups = _refine(_group(found), centred, codes, usual)
    groups = _cap(groups, centred, codes, largest)
    for theme, members in enumerate(sorted(groups, key=lambda one: (-len(one), one[0]))):
        labels[order[members]] = theme
    return Themes(labels, eps)


def _sort_canonically(vectors: Vectors, posts: Sequence[str]) -> Indexes:
    rows = sorted(range(len(vectors)), key=lambda index: (posts[index], vectors[index].tobytes()))
    return np.asarray(rows, dtype=np.intp)


def _find_dense(centred: Vectors, posts: Indexes) -> tuple[Indexes, float]:
    """DBSCAN, first with a narrow radius, then with wider ones on the left-over texts only. Widening the radius for all
    texts would chain themes together.
    """
    neighbours = max(FEWEST_NEIGHBOURS, round(NEIGHBOURS_PER_ROOT * len(centred) ** 0.5))
    moved = smooth(centred, posts, neighbours=neighbours, rounds=SMOOTHING_ROUNDS)
    enough = max(FEWEST_POSTS, round(neighbours / 3))
    labels = np.full(len(centred), NOISE, dtype=np.intp)
    cosine = RADII[0]
    for cosine in RADII:
        free = np.flatnonzero(labels == NOISE)
        found = run_dbscan(moved[free], posts[free], cosine=cosine, enough=enough)
        themed = found != NOISE
        labels[free[themed]] = found[themed] + labels.max() + 1
        if (labels == NOISE).mean() <= NOISE_TO_WIDEN:
            break
    return labels, 1.0 - cosine


def _group(labels: Indexes) -> list[Indexes]:
    return [np.flatnonzero(labels == theme) for theme in range(int(labels.max(initial=NOISE)) + 1)]


def _refine(groups: list[Indexes], centred: Vectors, posts: Indexes, usual: Background) -> list[Indexes]:
    """Merge groups on one theme, remove members that do not fit, dissolve incoherent themes, add fitting left-overs."""
    groups = _merge(groups, centred, usual.closeness(THEMES_ARE_ONE))
    trimmed = [_trim(members, centred, posts, usual.closeness(MEMBER_FITS)) for members in groups]
    kept = [
        members
        for members in trimmed
        if len(members) and float(_fits(members, centred, posts).mean()) >= usual.closeness(THEME_COHERES)
    ]
    return _join(kept, centred, usual.closeness(TEXT_JOINS))


def _merge(groups: list[Indexes], centred: Vectors, closeness: float) -> list[Indexes]:
    """Merge groups by average linkage, until no two groups are on average as close as `closeness`."""
    groups = list(groups)
    while len(groups) > 1:
        means = np.stack([centred[members].mean(axis=0) for members in groups])
        cross = means @ means.T
        np.fill_diagonal(cross, -1.0)
        one, other = divmod(int(cross.argmax()), len(groups))
        if cross[one, other] < closeness:
            break
        groups[one] = np.sort(np.concatenate([groups[one], groups[other]]))
        del groups[other]
    return groups


def _fits(members: Indexes, centred: Vectors, posts: Indexes) -> Vectors:
    """Each member's mean cosine to the members of other posts."""
    similar = centred[members] @ centred[members].T
    others = posts[members][:, None] != posts[members][None, :]
    return (similar * others).sum(axis=1) / np.maximum(others.sum(axis=1), 1)


def _trim(members: Indexes, centred: Vectors, posts: Indexes, closeness: float) -> Indexes:
    """Remove the worst fitting members one by one. Empty if too few posts remain."""
    while len(np.unique(posts[members])) >= FEWEST_POSTS:
        fits = _fits(members, centred, posts)
        worst = int(fits.argmin())
        if fits[worst] >= closeness:
            return members
        members = np.delete(members, worst)
    return members[:0]


def _join(groups: list[Indexes], centred: Vectors, closeness: float) -> list[Indexes]:
    """Add each text without a theme to the theme that is closest to it on average, if that is close enough."""
    if not groups:
        return groups
    free = np.setdiff1d(np.arange(len(centred)), np.concatenate(groups))
    means = np.stack([centred[members].mean(axis=0) for members in groups])
    affinity = centred[free] @ means.T
    best = affinity.argmax(axis=1)
    close = affinity[np.arange(len(free)), best] >= closeness
    return [np.sort(np.concatenate([members, free[close & (best == theme)]])) for theme, members in enumerate(groups)]


def _cap(groups: list[Indexes], centred: Vectors, posts: Indexes, largest: int) -> list[Indexes]:
    """Split themes of more than `largest` posts. A theme that cannot be split keeps the posts nearest to its centre."""
    capped: list[Indexes] = []
    for members in groups:
        if len(np.unique(posts[members])) <= largest:
            capped.append(members)
            continue
        parts = _split(members, centred, posts)
        capped += [_choose_nearest_posts(part, centred, posts, largest) for part in parts]
    return [members for members in capped if len(np.unique(posts[members])) >= FEWEST_POSTS]


def _split(members: Indexes, centred: Vectors, posts: Indexes) -> list[Indexes]:
    """The themes within a theme, found after subtracting what all its members share."""
    inner = centred[members] - centred[members].mean(axis=0)
    lengths = np.linalg.norm(inner, axis=1, keepdims=True)
    if float(lengths.max()) < 1e-3:
        return [members]
    apart = np.divide(inner, lengths, out=np.zeros_like(inner), where=lengths > 1e-6)
    groups = _group(_find_dense(apart, posts[members])[0])
    if len(groups) < 2:
        return [members]
    means = np.stack([apart[group].mean(axis=0) for group in groups])
    nearest = (apart @ means.T).argmax(axis=1)
    return [members[np.flatnonzero(nearest == part)] for part in range(len(groups))]


def _choose_nearest_posts(members: Indexes, centred: Vectors, posts: Indexes, largest: int) -> Indexes:
    closeness = centred[members] @ centred[members].mean(axis=0)
    nearest_first = members[np.argsort(-closeness, kind="stable")]
    kept = list(dict.fromkeys(posts[nearest_first].tolist()))[:largest]
    return members[np.isin(posts[members], kept)]
