"""Unpacks layers that were pulled from a registry: plain files and folders under one root, within limits, or not at
all."""

import hashlib
import io
import os
import tarfile
import zlib
from pathlib import Path, PurePosixPath

MAX_UNPACKED_BYTES = 800_000_000
MAX_ENTRIES = 40_000
_PIECE = 1 << 20
_PACKED_PIECE = 1 << 16


class LayerRefused(Exception):
    """A layer holds something that is not unpacked here."""


class _Inflated(io.RawIOBase):
    """The tar inside a gzip stream, hashed and counted while it is read."""

    def __init__(self, data: bytes, limit: int) -> None:
        self._inflate = zlib.decompressobj(wbits=31)
        self._packed = memoryview(data)
        self._ready = bytearray()
        self._limit = limit
        self._count = 0
        self._hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = _PIECE if size < 0 else size
        while len(self._ready) < wanted and self._fill():
            pass
        data = bytes(self._ready[:wanted])
        del self._ready[:wanted]
        return data

    def _fill(self) -> bool:
        """Unpacks at most one more piece, from a small piece of the input: what is left over of one is copied."""
        if self._inflate.eof:
            return False
        rest = self._inflate.unconsumed_tail
        if not rest:
            rest, self._packed = bytes(self._packed[:_PACKED_PIECE]), self._packed[_PACKED_PIECE:]
            if not rest:
                return False
        data = self._inflate.decompress(rest, _PIECE)
        self._count += len(data)
        if self._count > self._limit:
            raise LayerRefused(f"a layer unpacks to more than {self._limit} bytes")
        self._hash.update(data)
        self._ready += data
        return True

    def diff_id(self) -> str:
        while self.read():
            pass
        return f"sha256:{self._hash.hexdigest()}"


def unpack(layer: bytes, diff_id: str, root: Path, *, only_under: str = "", limit: int = MAX_UNPACKED_BYTES) -> None:
    """Writes the layer's files below `root`, which stays usable by other users for reading.

    `only_under`: the one top folder that the layer may touch, left out of the names written. Raises LayerRefused for
    links that lead anywhere but to a neighbour, for devices, for names that leave the root, and for what is too large.
    """
    stream = _Inflated(layer, limit)
    links: set[str] = set()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for number, member in enumerate(tar):
                if number >= MAX_ENTRIES:
                    raise LayerRefused(f"a layer has more than {MAX_ENTRIES} entries")
                name = _name(member.name, only_under, links)
                if name:
                    _write(tar, member, name, root, links)
    except (FileExistsError, NotADirectoryError) as wrong:
        raise LayerRefused(f"a layer holds two things of one name: {wrong.filename}") from wrong
    except (tarfile.TarError, zlib.error, EOFError) as wrong:
        raise LayerRefused(f"a layer cannot be read: {wrong}") from wrong
    if stream.diff_id() != diff_id:
        raise LayerRefused("a layer's content is not what the image's config names")


def _name(raw: str, only_under: str, links: set[str]) -> str:
    path = PurePosixPath(raw)
    if path.is_absolute() or ".." in path.parts or "\0" in raw:
        raise LayerRefused(f"a layer holds the name {raw!r}, which leaves its root")
    if path.name.startswith(".wh."):
        raise LayerRefused("a layer removes files of the layers below it")
    if any(str(parent) in links for parent in (path, *path.parents)):
        raise LayerRefused(f"a layer holds {raw!r} in the place of a link")
    if not only_under:
        return "" if str(path) == "." else str(path)
    if path.parts[:1] != (only_under,):
        raise LayerRefused(f"an agent's own layer holds {raw!r}, outside of /{only_under}")
    return str(PurePosixPath(*path.parts[1:])) if len(path.parts) > 1 else ""


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str, root: Path, links: set[str]) -> None:
    target = root / name
    if member.isdir():
        target.mkdir(mode=0o755, parents=True, exist_ok=True)
    elif member.issym():
        if "/" in member.linkname or member.linkname in {"", ".", ".."}:
            raise LayerRefused(f"{name!r} links to {member.linkname!r}")
        target.symlink_to(member.linkname)
        links.add(name)
    elif member.isreg():
        _write_file(tar, member, target)
    else:
        raise LayerRefused(f"{name!r} is neither a file nor a folder")


def _write_file(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    content = tar.extractfile(member)
    if content is None:
        raise LayerRefused(f"{member.name!r} has no content")
    mode = 0o755 if member.mode & 0o100 else 0o644
    try:
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    except OSError as wrong:
        raise LayerRefused(f"{member.name!r} comes twice, or in the place of something else") from wrong
    with os.fdopen(fd, "wb") as file:
        os.fchmod(fd, mode)
        while part := content.read(1 << 20):
            file.write(part)
