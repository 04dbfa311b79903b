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
_REFERENCES_FILE = "blobs.txt"


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

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def keep_only(self, names: set[str]) -> None:
        for path in self._folder.iterdir():
            if path.name not in names:
                path.unlink(missing_ok=True)


def save(services: Mapping[str, GetState], folder: Path, blobs: Blobs) -> None:
    """Into a folder of its own; the caller makes it the current one when all of it is there."""
    references: set[str] = set()

    def encode(value: object) -> object:
        if isinstance(value, bytes | bytearray) and len(value) > _LONG:
            references.add(name := blobs.write(bytes(value)))
            return {_REFERENCE: name}
        return persistence._json_default(value)

    folder.mkdir(parents=True)
    for service, get_state in services.items():
        state = get_state()
        if state is None or is_empty(state):
            continue
        wrapped = {"__ministack_format__": persistence._state_format_version(service), "payload": state}
        (folder / f"{service}.json").write_text(json.dumps(wrapped, default=encode))
    (folder / _REFERENCES_FILE).write_text("\n".join(sorted(references)))


def references(checkpoints: Iterable[Path]) -> set[str]:
    """The blobs that these checkpoints need."""
    lists = (each / _REFERENCES_FILE for each in checkpoints)
    return {name for file in lists if file.exists() for name in file.read_text().split()}


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
