"""Whether anything changed since the last deployment: one digest over every file that a deployment is made from."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

_IGNORED = {"__pycache__", ".ruff_cache", ".pytest_cache"}


def digest_of(paths: Iterable[Path]) -> str:
    """Names and contents of the files below these paths; what is missing counts as empty.

    Names are relative to each path, so that a folder which is moved stays what it is.
    """
    total = hashlib.sha256()
    for root in paths:
        for file in _files(root):
            total.update(f"{root.name}/{file.relative_to(root)}\0".encode())
            total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(
        each
        for each in root.rglob("*")
        if each.is_file() and not _IGNORED.intersection(each.parts) and not each.name.endswith(".pyc")
    )
