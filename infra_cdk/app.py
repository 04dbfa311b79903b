"""The door to the CDK app: synthesis in-process, skipped where nothing that decides the templates has changed.

No CDK is imported before it is needed: starting its Node process alone takes seconds.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from infra_cdk.config import Target
from infra_cdk.settings import Settings

if TYPE_CHECKING:
    from infra_cdk.assembly import LayerContents

ROOT = Path(__file__).parents[1]
DECIDING = (("infra_cdk", "*.py"), ("layers", "*.py"), ("layers", "*.lock"), ("functions", "*"))
STAMP = "mam.stamp"


def build(
    target: Target = "aws",
    outdir: str | Path | None = None,
    *,
    layers: "LayerContents" = "built",
    checks: bool = False,
    reuse: bool = True,
    settings: Settings | None = None,
) -> Path:
    """Synthesize every stack for a target and return the folder of the cloud assembly.

    With `checks`, cdk-nag's findings that nobody acknowledged end the synthesis. An `outdir` that holds the assembly of
    the very same sources is returned as it is, unless `reuse` is off; `shared/` counts only where layers are built.
    """
    with one_at_a_time():
        stamp = Path(outdir) / STAMP if outdir else None
        said = settings or Settings()
        wanted = fingerprint(target, layers, checks, said)
        if reuse and stamp and stamp.is_file() and stamp.read_text() == wanted:
            return stamp.parent
        if stamp and stamp.is_file():
            shutil.rmtree(stamp.parent)  # CDK leaves the templates of stacks that are no more
        silence_node_warning()
        from infra_cdk.assembly import synthesize_into

        assembly = synthesize_into(outdir, target, layers, checks, said)
        if stamp:
            stamp.write_text(wanted)
        return assembly


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Functions and layers are staged in one place, so whoever else synthesizes from this checkout waits."""
    lock = ROOT / ".build" / "synthesis.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def fingerprint(target: Target, layers: str, checks: bool, settings: Settings) -> str:
    """Changes with everything that the templates and assets are made from."""
    digest = hashlib.sha256(repr((target, layers, checks, settings, version("aws-cdk-lib"))).encode())
    shared = (("shared", "*"), ("layers", "*")) if target == "aws" and layers == "built" else ()
    for folder, pattern in (*DECIDING, *shared):
        for file in source_files(ROOT / folder, pattern):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def source_files(folder: Path, pattern: str) -> Iterator[Path]:
    for file in sorted(folder.rglob(pattern)):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def silence_node_warning() -> None:
    """CDK's bindings print a banner about the age of Node; which Node there is, the machine decides."""
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20")
