"""Vectors in their stored form: bytes, so that only this stage needs numpy."""

import numpy as np

from shared.opportunities.density import Vectors


def pack_vector(vector: Vectors) -> bytes:
    return np.asarray(vector, dtype="<f2").tobytes()


def unpack_vector(packed: bytes) -> Vectors:
    """The vector, scaled to unit length again, since 16-bit storage rounds each component."""
    vector = np.frombuffer(packed, dtype="<f2").astype(np.float32)
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length else vector


def pack_mean(mean: Vectors) -> bytes:
    return np.asarray(mean, dtype="<f4").tobytes()


def unpack_mean(packed: bytes) -> Vectors:
    return np.frombuffer(packed, dtype="<f4").astype(np.float32)
