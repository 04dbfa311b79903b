"""OCI images built as plain bytes: deterministic layers, and the config and manifest of an image with layers added.

Nothing here depends on the clock, the machine or the order of a dict, so the same files on the same base give the same
digest.
"""

import hashlib
import io
import json
import struct
import tarfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip"
DOCKER_MANIFEST_TYPE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_INDEX_TYPE = "application/vnd.docker.distribution.manifest.list.v2+json"
CREATED = "1970-01-01T00:00:00Z"


class ImageInvalid(ValueError):
    """A manifest, config or file name that an agent's image may not have."""


@dataclass(frozen=True)
class Blob:
    data: bytes

    @property
    def digest(self) -> str:
        return compute_digest(self.data)

    def descriptor(self, media_type: str) -> dict[str, Any]:
        return {"mediaType": media_type, "digest": self.digest, "size": len(self.data)}


@dataclass(frozen=True)
class Layer:
    """`diff_id` is the digest of the uncompressed tar, as the image's config names it. `blob` is the compressed tar."""

    blob: Blob
    diff_id: str


@dataclass(frozen=True)
class Image:
    """`manifest` names `config` and, in order, all layers. Each is in the registry already or one of `layers`."""

    manifest: Blob
    config: Blob
    layers: tuple[Layer, ...]


@dataclass(frozen=True)
class Entry:
    """One file (or, with `link`, one symbolic link) of a layer."""

    data: bytes = b""
    mode: int = 0o644
    link: str = ""


def compute_digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def make_code_layer(files: Mapping[str, bytes], *, under: str = "app") -> Layer:
    """The agent's own files, world-readable and owned by root: the agent can read but not change them."""
    return make_layer({f"{under}/{name}": Entry(data) for name, data in files.items()}, compress=False)


def make_layer(entries: Mapping[str, Entry], *, folders: Sequence[str] = (), compress: bool = True) -> Layer:
    """A tar sorted by name with its parent folders, mtime 0 and owner 0:0, gzipped without a timestamp.

    Without `compress` the gzip stream only stores the data, so its bytes do not depend on the version of zlib.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for folder in sorted({*_list_folders(entries), *folders}):
            tar.addfile(_make_header(folder, tarfile.DIRTYPE, 0o755))
        for name in sorted(entries):
            _add(tar, name, entries[name])
    raw = packed.getvalue()
    return Layer(blob=Blob(_gzip(raw, compress=compress)), diff_id=compute_digest(raw))


def append(
    base_manifest: bytes, base_config: bytes, added: Sequence[Layer], *, settings: Mapping[str, Any] = {}
) -> Image:
    """The base image with `added` on top; `settings` replaces entries of the config's `config` (Env, Entrypoint, User
    …)."""
    manifest = _read_object(base_manifest, "manifest")
    config = _read_object(base_config, "config")
    if len(manifest.get("layers", [])) != len(config.get("rootfs", {}).get("diff_ids", [])):
        raise ImageInvalid("the base image's manifest and config disagree about its layers")
    config["created"] = CREATED
    config.pop("history", None)
    config["config"] = {**config.get("config", {}), **settings}
    config["rootfs"] = {"type": "layers", "diff_ids": [*config["rootfs"]["diff_ids"], *(one.diff_id for one in added)]}
    return _make_image(config, manifest["layers"], added)


def make_first_image(added: Sequence[Layer], *, architecture: str, settings: Mapping[str, Any]) -> Image:
    """An image from nothing but these layers. `architecture` as OCI spells it: amd64 or arm64."""
    config = {
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": dict(settings),
        "rootfs": {"type": "layers", "diff_ids": [one.diff_id for one in added]},
    }
    return _make_image(config, [], added)


def read_layers(manifest: bytes) -> list[dict[str, Any]]:
    """Descriptors `{"mediaType", "digest", "size"}` of the layers, bottom first."""
    return list(_read_object(manifest, "manifest")["layers"])


def read_config(manifest: bytes) -> dict[str, Any]:
    return dict(_read_object(manifest, "manifest")["config"])


def is_index(manifest: bytes) -> bool:
    """Whether the manifest is an index, which names one manifest per platform instead of layers."""
    return "manifests" in _read_object(manifest, "manifest")


def choose_manifest(index: bytes, architecture: str) -> str:
    """Digest of the manifest for linux/`architecture` in a multi-platform index."""
    for entry in _read_object(index, "index").get("manifests", []):
        platform = entry.get("platform", {})
        if platform.get("os") == "linux" and platform.get("architecture") == architecture:
            return str(entry["digest"])
    raise ImageInvalid(f"the image has no variant for linux/{architecture}")


def _make_image(config: Mapping[str, Any], below: Sequence[Mapping[str, Any]], added: Sequence[Layer]) -> Image:
    blob = Blob(_write_canonical(config))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": blob.descriptor(CONFIG_TYPE),
        "layers": [*(_write_oci(one) for one in below), *(one.blob.descriptor(LAYER_TYPE) for one in added)],
    }
    return Image(manifest=Blob(_write_canonical(manifest)), config=blob, layers=tuple(added))


def _write_oci(descriptor: Mapping[str, Any]) -> dict[str, Any]:
    """Convert Docker's media type to OCI's: the gzipped bytes are the same, but a manifest must not mix both
    families.
    """
    media_type = str(descriptor["mediaType"]).replace("application/vnd.docker.image.rootfs.diff.tar.gzip", LAYER_TYPE)
    return {"mediaType": media_type, "digest": descriptor["digest"], "size": descriptor["size"]}


def _read_object(data: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as wrong:
        raise ImageInvalid(f"the image's {what} is not JSON") from wrong
    if not isinstance(value, dict):
        raise ImageInvalid(f"the image's {what} is not a JSON object")
    return cast("dict[str, Any]", value)


def _write_canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _gzip(raw: bytes, *, compress: bool) -> bytes:
    if compress:
        packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        body = packer.compress(raw) + packer.flush()
    else:
        pieces = [raw[at : at + 0xFFFF] for at in range(0, len(raw), 0xFFFF)] or [b""]
        last = len(pieces) - 1
        body = b"".join(
            struct.pack("<BHH", number == last, len(piece), len(piece) ^ 0xFFFF) + piece
            for number, piece in enumerate(pieces)
        )
    header = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return header + body + struct.pack("<II", zlib.crc32(raw), len(raw) & 0xFFFFFFFF)


def _list_folders(entries: Mapping[str, Entry]) -> list[str]:
    found: set[str] = set()
    for name in entries:
        found.update(str(parent) for parent in PurePosixPath(name).parents if str(parent) != ".")
    return sorted(found)


def _make_header(name: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or str(path) != name:
        raise ImageInvalid(f"a layer may not hold a file named {name!r}")
    header = tarfile.TarInfo(name)
    header.type, header.mode, header.mtime = kind, mode, 0
    header.uid = header.gid = 0
    header.uname = header.gname = ""
    return header


def _add(tar: tarfile.TarFile, name: str, entry: Entry) -> None:
    if entry.link:
        header = _make_header(name, tarfile.SYMTYPE, 0o777)
        header.linkname = entry.link
        tar.addfile(header)
        return
    header = _make_header(name, tarfile.REGTYPE, entry.mode)
    header.size = len(entry.data)
    tar.addfile(header, io.BytesIO(entry.data))
