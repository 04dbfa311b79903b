"""A layer is the same bytes from any checkout, in any folder, whatever the shell's settings: a layer that differs would
be a new version, and a new deployment of every function, for nothing.
"""

import hashlib
import marshal
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra_cdk.app import ROOT
from layers.build import BUILT, build, is_built
from layers.catalog import LAYERS

pytestmark = pytest.mark.xdist_group("infrastructure")

IN_ANOTHER_CHECKOUT = """
import sys
from pathlib import Path
from layers.build import build
for folder in build(sys.argv[1], Path(sys.argv[2])).values():
    print(folder)
"""
Contents = dict[str, tuple[int, str]]


def contents(folder: Path) -> Contents:
    """Every name below the folder with its mode and the digest of its bytes."""
    return {
        str(path.relative_to(folder)): (
            path.lstat().st_mode,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    }


def built_elsewhere(target: str, tmp_path: Path) -> Path:
    """By a copy of this checkout in a folder of another length, under another umask, hash seed and language."""
    checkout = tmp_path / "a checkout of somebody else"
    for needed in ("layers", "infra_cdk", "shared"):
        shutil.copytree(ROOT / needed, checkout / needed, ignore=shutil.ignore_patterns("__pycache__"))
    settings = {**os.environ, "PYTHONHASHSEED": "4711", "LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
    into = tmp_path / "elsewhere"
    subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_CHECKOUT, target, str(into)],
        cwd=checkout, env=settings, umask=0o077, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return into / target


def test_another_checkout_builds_the_same_layers(tmp_path: Path) -> None:
    here, elsewhere = build("here", tmp_path / "here"), built_elsewhere("here", tmp_path)
    for name, folder in here.items():
        assert contents(folder) == contents(elsewhere / name), name


def test_another_checkout_builds_the_same_layers_for_lambda(tmp_path: Path) -> None:
    if not all(is_built(layer, "lambda") for layer in LAYERS.values()):
        pytest.skip("the layers are not built for Lambda: `.venv/bin/python -m layers.build` downloads and builds them")
    here, elsewhere = build("lambda"), built_elsewhere("lambda", tmp_path)
    for name, folder in here.items():
        assert contents(folder) == contents(elsewhere / name), name


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_says_nothing_about_the_machine(name: str) -> None:
    folder = build("here")[name]
    told = [str(path).encode() for path in (ROOT, BUILT, Path(sys.prefix))]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if any(path in file.read_bytes() for path in told)] == []


@pytest.mark.parametrize("name", LAYERS)
def test_every_module_has_bytecode_that_names_its_place_on_lambda(name: str) -> None:
    folder = build("here")[name]
    modules = [file for file in (folder / "python").rglob("*.py") if _compiles(file)]
    assert modules
    for module in modules:
        cached = module.parent / "__pycache__" / f"{module.stem}.{sys.implementation.cache_tag}.pyc"
        head, code = cached.read_bytes()[:16], cached.read_bytes()[16:]
        assert head[4] == 1, f"{cached} is checked against its source"
        assert marshal.loads(code).co_filename == f"/opt/{module.relative_to(folder)}"


def _compiles(module: Path) -> bool:
    try:
        compile(module.read_bytes(), str(module), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True
