"""The embedding model: how long it takes to load, what it holds, how fast it reads, how close it is to its source."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from local.standins.reddit.posts import bundled_posts
from shared.adapters.embeddings import Embeddings

Figure = tuple[str, float, str]
ROOT = Path(__file__).parents[1]
MODEL = ROOT / "layers" / "embedder" / "model"
GOLDEN = ROOT / "tests" / "data" / "embeddings"

# In a process of its own, since this one has imported and loaded more than a function does.
FRESH = """
import json, sys, time
from pathlib import Path

def resident(name):
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024

began = time.perf_counter()
from shared.adapters.embeddings import Embeddings
imported = time.perf_counter()
model = Embeddings(Path(sys.argv[1]))
loaded = time.perf_counter()
before = resident("VmRSS")
model.embed(json.loads(sys.stdin.read()))
print(json.dumps([imported - began, loaded - imported, before, resident("VmHWM")]))
"""


def figures() -> list[Figure]:
    posts = bundled_posts()
    titles = [post.title for post in posts][:500]
    whole = [f"{post.title}\n\n{post.selftext}" for post in posts][:100]
    imported, loaded, resident, peak = _fresh(whole)
    embeddings = Embeddings(MODEL)
    cosine, shared = _parity(embeddings)
    return [
        ("import of onnxruntime and tokenizers", imported, "s"),
        ("load of the model, sha256 checked", loaded, "s"),
        ("resident after loading", resident, "MB"),
        ("peak while embedding 100 whole posts", peak, "MB"),
        ("titles", len(titles) / _seconds(lambda: embeddings.embed(titles)), "per s"),
        ("whole posts", len(whole) / _seconds(lambda: embeddings.embed(whole)), "per s"),
        ("smallest cosine to sentence-transformers", cosine, "of 1"),
        ("10 nearest neighbours shared with it", 100 * shared, "%"),
        ("model on disk", sum(file.stat().st_size for file in MODEL.iterdir()) / 1e6, "MB"),
    ]


def _fresh(texts: list[str]) -> list[float]:
    command = [sys.executable, "-c", FRESH, str(MODEL)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _parity(embeddings: Embeddings) -> tuple[float, float]:
    golden = np.load(GOLDEN / "vectors.npz")["vectors"]
    ours = embeddings.embed(json.loads((GOLDEN / "texts.json").read_text(encoding="utf-8")))
    shared = [len(one & other) / 10 for one, other in zip(_nearest(ours), _nearest(golden), strict=True)]
    return float((ours * golden).sum(axis=1).min()), float(np.mean(shared))


def _nearest(vectors: np.ndarray) -> list[set[int]]:
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -2)
    return [set(row) for row in np.argsort(-similar, axis=1)[:, :10].tolist()]
