"""`python -m layers.embedder.reference`: sentence-transformers in a virtual environment of its own, .build/export.

What the model was exported with (the dependency group `export`), and what `make proof` holds the export against. It is
not locked: which build of torch is right (CPU is enough) depends on the machine, and no hash fits them all.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENV = ROOT / ".build" / "export"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".installed"
PATIENCE_SECONDS = 1800


class NotInstallable(Exception):
    """The packages cannot be had here; the message says why."""


def wanted() -> list[str]:
    """The requirements of the group, each pinned."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]["export"]


def is_installed() -> bool:
    return STAMP.is_file() and STAMP.read_text(encoding="utf-8").splitlines() == wanted()


def install() -> Path:
    """The environment's interpreter. One `pip install` of the whole group, so that torch's pin holds for all of it."""
    if not is_installed():
        STAMP.unlink(missing_ok=True)
        _run([sys.executable, "-m", "venv", "--clear", str(VENV)])
        _run([str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted()])
        STAMP.write_text("\n".join(wanted()) + "\n", encoding="utf-8")
    return PYTHON


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise NotInstallable(f"not done within {late.timeout:g} s") from late
    if done.returncode != 0:
        raise NotInstallable(" ".join(done.stderr.strip().splitlines()[-2:]) or f"exit status {done.returncode}")


if __name__ == "__main__":
    try:
        print(install())
    except NotInstallable as error:
        sys.exit(f"the group `export` cannot be installed here: {error}")
