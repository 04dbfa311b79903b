"""Bytecode for a layer, made by an interpreter of the runtime's own version.

/opt is read-only on Lambda: without it every cold start compiles every module anew, which is about half of its time.
The files are never checked against their sources there (`unchecked-hash`), so they hold no time of this machine.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from layers.normalise import set_modes

ASKED = "import sys; print('%s %d.%d %s' % (sys.implementation.name, *sys.version_info[:2], sys.version_info[3]))"
PATIENCE_SECONDS = 20


@cache
def interpreter(version: str) -> Path | None:
    """A released CPython of this version ("3.13") on this machine; None, after one warning, if there is none."""
    found = next((path for path in _candidates(version) if _is(path, version)), None)
    if found is None:
        print(
            f"warning: no Python {version} on this machine, so layers for it go without bytecode: functions start "
            f"about twice as slowly. Install one (`uv python install {version}`) and build again.",
            file=sys.stderr,
        )
    return found


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        yield Path(folder) / f"python{version}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}"), reverse=True)
    yield from _known_to_uv(version)


def _known_to_uv(version: str) -> Iterator[Path]:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        return
    done = _output([uv, "python", "find", "--no-python-downloads", "--no-project", version])
    if done:
        yield Path(done)


def _is(path: Path, version: str) -> bool:
    return path.is_file() and _output([str(path), "-I", "-c", ASKED]) == f"cpython {version} final"


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def build_of(interpreter: Path | None) -> str:
    """What the bytes depend on, as a text; of no interpreter, "none"."""
    return _output([str(interpreter), "-I", "-c", "import sys; print(sys.version)"]) if interpreter else "none"


def compile_folder(folder: Path, place: str, interpreter: Path) -> None:
    """Put `__pycache__` into `folder`, as if it were compiled at `place` on the target.

    One process with one hash seed and the files in order, or equal sources could give unequal bytes. What is no Python
    of this version (a template, a package's own fixtures) stays without bytecode.
    """
    command = [str(interpreter), "-s", "-m", "compileall", "-qq", "--invalidation-mode", "unchecked-hash"]
    command += ["-o", "0", "-s", str(folder), "-p", place, str(folder)]
    environment = {"PYTHONHASHSEED": "0", "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    subprocess.run(command, check=False, env=environment, stdout=subprocess.DEVNULL)
    set_modes(folder)
