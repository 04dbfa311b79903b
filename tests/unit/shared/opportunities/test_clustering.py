"""Themes among texts: found whatever their density and order, never one that swallows everything."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.opportunities.clustering import UNCLUSTERED, Themes, cluster
from shared.opportunities.density import Vectors
from tests.fakes.vectors import Space


def names(count: int) -> list[str]:
    return [f"post{number:05}" for number in range(count)]


def partition(themes: Themes, keys: Sequence[str]) -> set[frozenset[str]]:
    groups: dict[int, set[str]] = {}
    for key, label in zip(keys, themes.labels.tolist(), strict=True):
        if label != UNCLUSTERED:
            groups.setdefault(label, set()).add(key)
    return {frozenset(group) for group in groups.values()}


def mixture(seed: int, sizes: Sequence[int], unrelated: int) -> tuple[Vectors, list[int]]:
    space = Space(seed)
    closeness = [0.45 + 0.4 * (index % 3) / 2 for index in range(len(sizes))]
    themes = [space.theme(size, closeness=close) for size, close in zip(sizes, closeness, strict=True)]
    truth = [index for index, size in enumerate(sizes) for _ in range(size)] + [UNCLUSTERED] * unrelated
    return np.concatenate([*themes, space.unrelated(unrelated)]), truth


@pytest.mark.parametrize("seed", range(5))
def test_themes_of_unequal_density_are_found_and_the_rest_is_left_alone(seed: int) -> None:
    vectors, truth = mixture(seed, [4, 6, 9, 14], unrelated=40)
    themes = cluster(vectors, names(len(vectors)), largest=30)
    agree = Counter(zip(truth, themes.labels.tolist(), strict=True))
    for theme, size in enumerate([4, 6, 9, 14]):
        assert max(count for (true, found), count in agree.items() if true == theme and found >= 0) >= size - 1
    assert agree[UNCLUSTERED, UNCLUSTERED] >= 38


def test_texts_without_a_theme_make_none() -> None:
    vectors = Space(3).unrelated(200)
    themes = cluster(vectors, names(200), largest=60)
    assert (themes.labels == UNCLUSTERED).mean() > 0.95


@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_texts_does_not_matter(seed: int, order: "np.random.Generator") -> None:
    vectors, _ = mixture(seed, [3, 5, 8, 20], unrelated=30)
    posts = [f"post{number // 2:05}" for number in range(len(vectors))]
    keys = names(len(vectors))
    shuffled = list(range(len(vectors)))
    order.shuffle(shuffled)
    before = cluster(vectors, posts, largest=12)
    after = cluster(vectors[shuffled], [posts[index] for index in shuffled], largest=12)
    assert partition(before, keys) == partition(after, [keys[index] for index in shuffled])
    assert before.eps == after.eps


@pytest.mark.parametrize("closeness", [0.6, 0.75, 0.95, 1.0])
def test_no_theme_swallows_everything(closeness: float) -> None:
    vectors = Space(1).theme(100, closeness=closeness)
    themes = cluster(vectors, names(100), largest=30)
    assert 3 <= Counter(themes.labels[themes.labels >= 0].tolist()).most_common(1)[0][1] <= 30


@pytest.mark.parametrize("sizes", [(30, 30), (25, 25, 25, 25), (10, 50)])
def test_a_collection_of_few_themes_and_nothing_else_falls_into_them(sizes: tuple[int, ...]) -> None:
    space = Space(9)
    vectors = np.concatenate([space.theme(size, closeness=0.6) for size in sizes])
    truth = np.repeat(range(len(sizes)), sizes)
    labels = cluster(vectors, names(len(vectors)), largest=60).labels
    assert {*zip(truth.tolist(), labels.tolist(), strict=True)} == {
        (theme, found) for theme in range(len(sizes)) for found in labels[truth == theme][:1].tolist()
    }
    assert len(set(labels.tolist())) == len(sizes)


def test_a_theme_that_is_too_large_falls_into_the_themes_within_it() -> None:
    space = Space(2)
    middle = space.middle()
    parts = [space.around(0.8 * middle + 0.6 * space.middle(), 16, closeness=0.8) for _ in range(3)]
    vectors = np.concatenate([*parts, space.unrelated(52)])
    truth = np.repeat([0, 1, 2], 16)
    themes = cluster(vectors, names(100), largest=20)
    for part in range(3):
        assert len(set(themes.labels[:48][truth == part].tolist()) - {UNCLUSTERED}) == 1
    assert len(set(themes.labels[:48].tolist()) - {UNCLUSTERED}) == 3


def test_the_cap_counts_posts_not_problems() -> None:
    vectors = Space(4).theme(24, closeness=0.8)
    posts = [f"post{number // 3}" for number in range(24)]
    assert (cluster(vectors, posts, largest=8).labels == 0).all()
    kept = {post for post, label in zip(posts, cluster(vectors, posts, largest=5).labels, strict=True) if label >= 0}
    assert len(kept) <= 5


def test_a_theme_needs_three_posts() -> None:
    vectors = Space(5).theme(6, closeness=0.9)
    assert (cluster(vectors, ["a", "a", "a", "b", "b", "b"], largest=12).labels == UNCLUSTERED).all()
    assert (cluster(vectors, ["a", "a", "b", "b", "c", "c"], largest=12).labels == 0).all()


def test_a_handful_of_texts_on_one_thing_is_a_theme() -> None:
    assert (cluster(Space(6).theme(5, closeness=0.7), names(5), largest=12).labels == 0).all()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_fewer_texts_than_make_a_theme(count: int) -> None:
    assert cluster(Space().unrelated(count), names(count), largest=12).labels.tolist() == [UNCLUSTERED] * count


def test_identical_texts_do_no_harm() -> None:
    vectors = np.concatenate([np.repeat(Space().theme(1), 20, axis=0), Space(1).unrelated(30)])
    labels = cluster(vectors, names(50), largest=15).labels
    assert Counter(labels[:20].tolist())[0] == 15
    assert (labels[20:] == UNCLUSTERED).all()
    assert (cluster(np.zeros((99, 384), dtype=np.float32), names(99), largest=30).labels <= 0).all()


def test_half_precision_vectors_give_the_same_themes() -> None:
    vectors, _ = mixture(8, [5, 7, 9], unrelated=30)
    stored = vectors.astype(np.float16).astype(np.float32)
    keys = names(len(vectors))
    assert partition(cluster(vectors, keys, largest=20), keys) == partition(cluster(stored, keys, largest=20), keys)
