"""How the emulator's state lies on disk: a JSON file per service that has any, long byte strings beside them.

MiniStack's own format, read by its own loader, but for three things that a checkpoint every few seconds needs: the C
encoder (its `json.dump` is the slow one), no file for a service that holds nothing (its module would be imported at
every start), and image layers that are written once instead of with every checkpoint.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ministack.core import persistence
from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

GetState = Callable[[], dict[str, Any] | None]

_LONG = 4096
_REFERENCE = "__blob__"
_FORMAT = 1
"""Raise it when what is saved changes so that an older start could not read it."""

_MANIFEST = "manifest"


class Blobs:
    """Byte strings by their SHA-256."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)

    def write(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        path = self._folder / name
        if not path.exists():
            temporary = self._folder / f"{name}.{os.getpid()}.new"
            temporary.write_bytes(content)
            temporary.replace(path)
        return name

    def size(self, name: str) -> int | None:
        return _size(self._folder / name)

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def keep_only(self, names: set[str]) -> None:
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)


def save(services: Mapping[str, GetState], folder: Path, blobs: Blobs) -> None:
    """Into a folder of its own; the caller makes it the current one when all of it is there."""
    references: dict[str, int] = {}

    def encode(value: object) -> object:
        if isinstance(value, bytes | bytearray) and len(value) > _LONG:
            name = blobs.write(bytes(value))
            references[name] = len(value)
            return {_REFERENCE: name}
        return persistence._json_default(value)

    folder.mkdir()
    sizes: dict[str, int] = {}
    for service, get_state in services.items():
        state = get_state()
        if state is None or is_empty(state):
            continue
        wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
        sizes[f"{service}.json"] = (folder / f"{service}.json").write_bytes(
            json.dumps(wrapped, default=encode).encode()
        )
    manifest = {"format": _FORMAT, "files": sizes, "blobs": references}
    (folder / _MANIFEST).write_text(json.dumps(manifest))


def references(checkpoints: Iterable[Path]) -> set[str]:
    """The blobs that these checkpoints need."""
    return {name for each in checkpoints for name in (_manifest(each) or {"blobs": {}})["blobs"]}


def flaw(checkpoint: Path, blobs: Blobs) -> str | None:
    """Why it cannot be gone on from; None if all of it is there."""
    manifest = _manifest(checkpoint)
    if manifest is None:
        return "it has no list of what belongs to it"
    if manifest["format"] != _FORMAT:
        return f"it has the format {manifest['format']}, and this version reads {_FORMAT}"
    for name, size in manifest["files"].items():
        if _size(checkpoint / name) != size:
            return f"{name} is missing or cut off"
    for name, size in manifest["blobs"].items():
        if blobs.size(name) != size:
            return f"the bytes {name[:12]}… are missing or cut off"
    return None


def _manifest(checkpoint: Path) -> dict[str, Any] | None:
    try:
        read = json.loads((checkpoint / _MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) and {"format", "files", "blobs"} <= read.keys() else None


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def load_all(modules: Mapping[str, str], restore: Callable[[str, Any], None]) -> None:
    """Every saved service, or an error: MiniStack goes on without what it cannot read, and then writes that down."""
    for service, module in modules.items():
        state = persistence.load_state(service)
        if state:
            restore(module, state)
        elif state is None and (Path(persistence.STATE_DIR) / f"{service}.json").exists():
            raise ValueError(f"the saved state of {service} cannot be read")


def resolve_references(blobs: Blobs) -> None:
    """Makes MiniStack's loader follow the references that `save` leaves."""
    original = persistence._json_object_hook

    def hook(value: dict[str, Any]) -> Any:
        return blobs.read(value[_REFERENCE]) if value.keys() == {_REFERENCE} else original(value)

    persistence._json_object_hook = hook


def is_empty(value: object) -> bool:
    """Nothing but containers without content."""
    match value:
        case AccountRegionScopedDict() | AccountScopedDict():
            return not value._data
        case dict():
            return all(is_empty(each) for each in value.values())
        case list() | tuple() | set():
            return not value
        case _:
            return not value
