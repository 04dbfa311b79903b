"""Sentence embeddings with all-MiniLM-L6-v2, exported to ONNX: the only place that loads onnxruntime and tokenizers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384


class Embeddings:
    """The model in `model_dir` (of the embedder layer: /opt/embedder). Loading takes a moment: make one per process."""

    def __init__(self, model_dir: Path) -> None:
        self._model_dir = model_dir

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit-length vector of 384 per text, in the order of the texts: shape (len(texts), 384)."""
        raise NotImplementedError
