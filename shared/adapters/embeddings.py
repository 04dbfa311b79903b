"""Sentence embeddings with all-MiniLM-L6-v2, exported to ONNX: the only module that imports onnxruntime."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

DIMENSIONS = 384
TOKENS_PER_BATCH = 1024  # padding included, so a batch of long texts takes no more memory than one of short texts


class ModelDamaged(Exception):
    """The model directory is incomplete or its files differ from the exported ones."""


class Embeddings:
    """The model in `model_dir` (in the embedder layer: /opt/embedder). Loading takes a moment: make one per process."""

    def __init__(self, model_dir: Path) -> None:
        checked = _read_checked(model_dir, ("model.onnx", "tokenizer.json"))
        self._tokenizer = Tokenizer.from_str(checked["tokenizer.json"].decode("utf-8"))
        self._tokenizer.no_padding()
        self._session: Any = onnxruntime.InferenceSession(
            checked["model.onnx"], _make_session_options(), providers=["CPUExecutionProvider"]
        )

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit-length vector per text, in the order of the texts: shape (len(texts), 384).

        Like sentence-transformers, only the first 256 tokens of a text count. A text's vector does not depend on the
        texts beside it.
        """
        vectors = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        encodings = self._tokenizer.encode_batch([_drop_surrogates(text) for text in texts])
        for indexes in _batch(encodings):
            vectors[indexes] = self._run([encodings[index].ids for index in indexes])
        return vectors

    def _run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        width = max(len(one) for one in ids)
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for row, one in enumerate(ids):
            tokens[row, : len(one)] = one
            mask[row, : len(one)] = 1
        (vectors,) = self._session.run(["sentence_embedding"], {"input_ids": tokens, "attention_mask": mask})
        return np.asarray(vectors, dtype=np.float32)


def _read_checked(model_dir: Path, names: Sequence[str]) -> dict[str, bytes]:
    """The files, after checking each one's sha256 against SHA256SUMS in the same directory."""
    try:
        lines = (model_dir / "SHA256SUMS").read_text(encoding="ascii").splitlines()
        contents = {name: (model_dir / name).read_bytes() for name in names}
    except OSError as missing:
        raise ModelDamaged(f"{model_dir} does not hold the embedding model: {missing}") from missing
    expected = {name: digest for digest, name in (line.split() for line in lines)}
    for name, content in contents.items():
        found = hashlib.sha256(content).hexdigest()
        if found != expected.get(name):
            raise ModelDamaged(f"{model_dir / name} has sha256 {found}, expected {expected.get(name)}")
    return contents


def _make_session_options() -> Any:
    options = cast(Any, onnxruntime).SessionOptions()  # it has no types
    options.intra_op_num_threads = os.cpu_count() or 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # batches differ in shape, and an arena would keep memory for each shape
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _drop_surrogates(text: str) -> str:
    """The text without lone surrogates, which JSON can carry but the tokenizer does not accept."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _batch(encodings: Sequence[Encoding]) -> Iterator[list[int]]:
    """Batches of text indexes. Texts of similar length go together, so that little padding is needed."""
    batch: list[int] = []
    for index in sorted(range(len(encodings)), key=lambda one: len(encodings[one].ids)):
        if batch and (len(batch) + 1) * len(encodings[index].ids) > TOKENS_PER_BATCH:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
