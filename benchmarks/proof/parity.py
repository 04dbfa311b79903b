"""The embedding model beside the one it was exported from, live: the parity test with sentence-transformers."""

import subprocess
import sys
from pathlib import Path

from layers.embedder.reference import NotInstallable, install

ROOT = Path(__file__).parents[2]
TEST = "tests/integration/shared/adapters/test_embeddings.py::test_the_export_equals_sentence_transformers_live"


def parity_holds() -> bool:
    """False if it is broken. Where sentence-transformers cannot be installed, that is said and nothing is proved."""
    try:
        install()
    except NotInstallable as reason:
        print(f"parity: SKIPPED: sentence-transformers cannot be installed here: {reason}", flush=True)
        return True
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", TEST], cwd=ROOT, check=False)
    print(f"parity: {'holds' if done.returncode == 0 else 'BROKEN'}", flush=True)
    return done.returncode == 0
