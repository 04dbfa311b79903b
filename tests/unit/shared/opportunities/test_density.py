"""DBSCAN held to scikit-learn's, which is too big to ship."""

import numpy as np
import pytest
from sklearn.cluster import DBSCAN

from shared.opportunities import density
from shared.opportunities.density import NOISE, Indexes, Vectors, run_dbscan, scale_to_unit, smooth
from tests.fakes.vectors import Space


def texts(seed: int) -> Vectors:
    space = Space(seed)
    themes = [space.theme(count, closeness=0.3 + 0.05 * count / 4) for count in (3, 5, 8, 13, 21)]
    return np.concatenate([*themes, space.unrelated(40)])


def one_post_each(vectors: Vectors) -> Indexes:
    return np.arange(len(vectors), dtype=np.intp)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("cosine", [0.45, 0.55, 0.7])
def test_finds_what_the_reference_finds(seed: int, cosine: float) -> None:
    vectors = texts(seed)
    found = run_dbscan(vectors, one_post_each(vectors), cosine=cosine, enough=3)
    reference = DBSCAN(eps=1 - cosine, min_samples=3, metric="cosine", algorithm="brute").fit(vectors)
    assert ((found == NOISE) == (reference.labels_ == NOISE)).all()
    core = reference.core_sample_indices_
    assert len({*zip(found[core], reference.labels_[core], strict=True)}) == len(set(reference.labels_[core]))
    assert len(set(found[core])) == len(set(reference.labels_[core]))


def test_a_border_text_goes_to_its_most_similar_core_text() -> None:
    angles = np.radians([0, 4, 8, 12, 21, 31, 35, 39, 43])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = run_dbscan(vectors, one_post_each(vectors), cosine=float(np.cos(np.radians(10))), enough=4)
    assert found.tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 1]


def test_a_post_that_repeats_itself_is_no_dense_place() -> None:
    vectors = np.repeat(Space().theme(2), 5, axis=0)
    assert run_dbscan(vectors, np.repeat(np.arange(2), 5), cosine=0.3, enough=3).tolist() == [NOISE] * 10
    assert run_dbscan(vectors, np.repeat(np.arange(5), 2), cosine=0.3, enough=3).tolist() == [0] * 10


def test_work_in_blocks_gives_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = texts(7)
    posts = np.sort(np.arange(len(vectors)) % 60)
    whole = smooth(vectors, posts, neighbours=5, rounds=3)
    labels = run_dbscan(whole, posts, cosine=0.9, enough=3)
    monkeypatch.setattr(density, "ROWS", 7)
    np.testing.assert_allclose(smooth(vectors, posts, neighbours=5, rounds=3), whole, atol=1e-5)
    assert (run_dbscan(whole, posts, cosine=0.9, enough=3) == labels).all()


def test_smoothing_contracts_themes_and_keeps_them_apart() -> None:
    space = Space()
    vectors = np.concatenate([space.theme(10, closeness=0.4), space.theme(10, closeness=0.4)])
    moved = smooth(vectors, one_post_each(vectors), neighbours=5, rounds=4)
    similar = moved @ moved.T
    assert similar[:10, :10].min() > 0.95
    assert similar[:10, 10:].max() < 0.5


def test_smoothing_takes_no_neighbour_from_the_same_post() -> None:
    vectors = Space().unrelated(3)
    posts = np.asarray([0, 0, 0], dtype=np.intp)
    moved = smooth(vectors, posts, neighbours=5, rounds=4)
    np.testing.assert_allclose(moved, vectors, atol=1e-5)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_texts_are_no_special_case(count: int) -> None:
    vectors = Space().unrelated(count)
    moved = smooth(vectors, one_post_each(vectors), neighbours=5, rounds=2)
    assert moved.shape == vectors.shape
    assert run_dbscan(moved, one_post_each(vectors), cosine=0.9, enough=3).tolist() == [NOISE] * count


def test_a_zero_vector_stays_one() -> None:
    assert not scale_to_unit(np.zeros((2, 4), dtype=np.float32)).any()
