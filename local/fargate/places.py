"""Where images are unpacked: a folder that the unprivileged user of the sandboxes can get to."""

import contextlib
import hashlib
import os
import shutil
from pathlib import Path

ELSEWHERE = Path("/var/tmp")  # noqa: S108  folders here are made, owned and checked by root
_OWNER_FILE = "state-folder"


class FolderUnusable(Exception):
    """The folder is not this user's to use, and what to do."""


def readable_folder(wanted: Path, elsewhere: Path = ELSEWHERE) -> Path:
    """`wanted`; but as root, if other users cannot get there, a folder `elsewhere` that stands for it."""
    wanted.mkdir(parents=True, exist_ok=True)
    resolved = wanted.resolve()
    if os.geteuid() != 0:
        return resolved
    _remove_orphans(elsewhere)
    if all(folder.stat().st_mode & 0o001 for folder in (resolved, *resolved.parents)):
        return resolved
    other = elsewhere / f"mam-{hashlib.sha256(str(resolved).encode()).hexdigest()[:16]}"
    other.mkdir(mode=0o755, exist_ok=True)
    state = other.lstat()
    if state.st_uid != 0 or state.st_mode & 0o022 or other.is_symlink():
        raise FolderUnusable(f"{other} belongs to somebody else: remove it, or use a state folder open to other users")
    (other / _OWNER_FILE).write_text(str(resolved))
    return other


def _remove_orphans(elsewhere: Path) -> None:
    """Those that stand for a folder that is gone."""
    for folder in elsewhere.glob("mam-*"):
        with contextlib.suppress(OSError):
            owner = folder / _OWNER_FILE
            if folder.lstat().st_uid == 0 and not folder.is_symlink() and not Path(owner.read_text()).exists():
                shutil.rmtree(folder, ignore_errors=True)
