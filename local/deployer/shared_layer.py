"""Deploys `shared/`: a copy of the package as it is now, in the place where Lambda unpacks a layer.

The local target has no layers (third-party packages are this interpreter's), so the one part of them that is ours is
put where functions find it. A copy, not the folder itself: what runs is what was deployed.
"""

import contextlib
import shutil
from pathlib import Path

from local.deployer.sources import digest_of
from local.state import StateDir


def deploy_shared(source: Path, state: StateDir) -> bool:
    """True if it was not there like this before."""
    copy = state.function_code / f"shared-{digest_of([source])[:32]}"
    if not copy.is_dir():
        temporary = copy.with_suffix(".new")
        shutil.rmtree(temporary, ignore_errors=True)
        shutil.copytree(source, temporary / "python" / source.name, ignore=shutil.ignore_patterns("__pycache__"))
        temporary.rename(copy)
    link = state.shared_layer
    if link.is_symlink() and link.resolve() == copy.resolve():
        return False
    fresh = link.with_suffix(".new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    fresh.symlink_to(copy.relative_to(link.parent))
    fresh.replace(link)
    return True
