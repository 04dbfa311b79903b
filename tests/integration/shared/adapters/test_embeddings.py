"""The exported model against vectors that sentence-transformers made, which the project does not install."""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from layers.embedder.reference import PYTHON, is_installed
from shared.adapters.embeddings import DIMENSIONS, Embeddings, ModelDamaged

ROOT = Path(__file__).parents[4]
MODEL = ROOT / "layers" / "embedder" / "model"
GOLDEN = ROOT / "tests" / "data" / "embeddings"

Vectors = NDArray[np.float32]


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    return Embeddings(MODEL)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return json.loads((GOLDEN / "texts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def golden() -> Vectors:
    return np.load(GOLDEN / "vectors.npz")["vectors"]


@pytest.fixture(scope="module")
def vectors(embeddings: Embeddings, texts: list[str]) -> Vectors:
    return embeddings.embed(texts)


def nearest(vectors: Vectors, count: int = 10) -> list[set[int]]:
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -2)
    return [set(row) for row in np.argsort(-similar, axis=1)[:, :count].tolist()]


def test_vectors_are_those_of_sentence_transformers(vectors: Vectors, golden: Vectors) -> None:
    assert vectors.shape == golden.shape == (200, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert (vectors * golden).sum(axis=1).min() >= 0.9999


def test_neighbours_are_those_of_sentence_transformers(vectors: Vectors, golden: Vectors) -> None:
    shared = [len(ours & theirs) / 10 for ours, theirs in zip(nearest(vectors), nearest(golden), strict=True)]
    assert np.mean(shared) >= 0.995


def test_the_export_equals_sentence_transformers_live(vectors: Vectors, texts: list[str], tmp_path: Path) -> None:
    if not is_installed():
        pytest.skip("sentence-transformers is not installed: `make proof` installs it and runs this (it brings torch)")
    golden = ROOT / "layers" / "embedder" / "golden.py"
    subprocess.run([PYTHON, golden, "--into", tmp_path], check=True, stdout=subprocess.DEVNULL)
    assert json.loads((tmp_path / "texts.json").read_text(encoding="utf-8")) == texts
    theirs: Vectors = np.load(tmp_path / "vectors.npz")["vectors"]
    assert theirs.shape == vectors.shape
    assert (vectors * theirs).sum(axis=1).min() >= 0.9999
    assert np.mean([len(a & b) / 10 for a, b in zip(nearest(vectors), nearest(theirs), strict=True)]) >= 0.995


def test_a_text_has_the_same_vector_in_any_company(embeddings: Embeddings, texts: list[str], vectors: Vectors) -> None:
    backwards = embeddings.embed(texts[::-1])[::-1]
    alone = np.concatenate([embeddings.embed([text]) for text in texts[::10]])
    np.testing.assert_allclose(backwards, vectors, atol=1e-6)
    np.testing.assert_allclose(alone, vectors[::10], atol=1e-6)


def test_vectors_have_length_one(vectors: Vectors) -> None:
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_only_the_first_256_tokens_count(embeddings: Embeddings) -> None:
    # 254 words and the two special tokens
    full, longer = embeddings.embed(["word " * 254, "word " * 254 + "something else entirely"])
    np.testing.assert_allclose(full, longer, atol=1e-6)


def test_meaning_decides_not_words(embeddings: Embeddings) -> None:
    late, overdue, knitting = embeddings.embed(
        ["My customers never pay on time", "How do I collect overdue invoices?", "Which wool do I need for a scarf?"]
    )
    assert late @ overdue > late @ knitting + 0.2


@pytest.mark.parametrize("texts", [[], [""], ["\x00"], ["\ud800 half a surrogate"], ["x" * 200_000], ["😤" * 5000]])
def test_odd_texts_are_no_special_case(embeddings: Embeddings, texts: list[str]) -> None:
    vectors = embeddings.embed(texts)
    assert vectors.shape == (len(texts), DIMENSIONS)
    assert np.isfinite(vectors).all()


def test_a_damaged_model_is_not_loaded(tmp_path: Path) -> None:
    damaged = tmp_path / "model"
    shutil.copytree(MODEL, damaged)
    with (damaged / "model.onnx").open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"\x00\x01")
    with pytest.raises(ModelDamaged, match=r"model\.onnx has sha256"):
        Embeddings(damaged)


def test_a_missing_model_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="SHA256SUMS"):
        Embeddings(tmp_path)
