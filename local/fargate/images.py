"""Images as folders: pulled by digest from the local registry, every byte checked, the base unpacked once."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.fargate.unpack import LayerRefused, unpack
from shared.adapters.oci_http import ImageNotFound, OciRepository, RegistryRefused, RegistryUnavailable
from shared.builds.image_layers import read_config, read_layers

REFERENCE = re.compile(r"^[a-z0-9.:-]+/(?P<repository>[a-z0-9._/-]{1,200})@(?P<digest>sha256:[0-9a-f]{64})$")
CODE_BYTES = 4_000_000
KEPT_BASES = 3


class ImageUnusable(Exception):
    """The image cannot be pulled or is not one that runs here; the text is what ECS would put into stoppedReason."""


@dataclass(frozen=True)
class Image:
    """`root`: the unpacked base. `code`, `code_id`: the agent's own layer and its diff id. `config`: how it starts."""

    digest: str
    root: Path
    code: bytes
    code_id: str
    environment: dict[str, str]
    entrypoint: tuple[str, ...]

    def write_code(self, folder: Path) -> None:
        unpack(self.code, self.code_id, folder, only_under="app", limit=CODE_BYTES)


class Images:
    def __init__(self, registry_url: str, folder: Path, authorization: str = "") -> None:
        """`folder` must be readable by the user that sandboxes run as. `authorization` opens the registry."""
        self._registry_url = registry_url
        self._authorization = authorization
        self._bases = folder / "bases"
        self._bases.mkdir(mode=0o755, parents=True, exist_ok=True)
        self._known: dict[str, Image] = {}
        self._unpacking = threading.Lock()
        for unfinished in self._bases.glob("tmp*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def known(self, reference: str) -> Image | None:
        """Without a look at the registry: a digest's content never changes."""
        match = REFERENCE.match(reference)
        image = self._known.get(match["digest"]) if match else None
        return image if image is not None and image.root.exists() else None

    def pull(self, reference: str) -> Image:
        """Blocking. The host part of `reference` is ECR's name for the registry; here it is always the local one."""
        match = REFERENCE.match(reference)
        if match is None:
            raise ImageUnusable(f"CannotPullContainerError: {reference!r} does not name an image by digest")
        if self.known(reference) is None:
            try:
                self._known[match["digest"]] = self._pull(match["repository"], match["digest"])
            except (RegistryUnavailable, RegistryRefused, ImageNotFound, LayerRefused) as wrong:
                raise ImageUnusable(f"CannotPullContainerError: {wrong}") from wrong
        return self._known[match["digest"]]

    def base_of_tag(self, repository: str, tag: str) -> Image | None:
        """The base image itself, as if with an empty code layer; None while the registry has none."""
        opened = OciRepository(self._registry_url, repository, self._authorization)
        try:
            manifest = opened.manifest(tag)
            config: dict[str, Any] = json.loads(opened.blob(read_config(manifest)["digest"]))
            root = self._base(opened, read_layers(manifest), config["rootfs"]["diff_ids"])
        except (RegistryUnavailable, RegistryRefused, ImageNotFound, LayerRefused, ValueError, KeyError):
            return None
        return Image("", root, b"", "", _environment(config), tuple(config["config"].get("Entrypoint", ())))

    def _pull(self, repository: str, digest: str) -> Image:
        opened = OciRepository(self._registry_url, repository, self._authorization)
        manifest = opened.manifest(digest)
        try:
            config: dict[str, Any] = json.loads(opened.blob(read_config(manifest)["digest"]))
            *below, code = read_layers(manifest)
            *below_ids, code_id = config["rootfs"]["diff_ids"]
        except (ValueError, KeyError, TypeError) as wrong:
            raise ImageUnusable(f"CannotPullContainerError: {digest} is not an image that runs here") from wrong
        if not below or len(below) != len(below_ids):
            raise ImageUnusable(f"CannotPullContainerError: {digest} is not a base image with one layer more")
        if int(code["size"]) > CODE_BYTES:
            raise ImageUnusable(f"CannotPullContainerError: the agent's own layer is over {CODE_BYTES} bytes")
        return Image(
            digest=digest,
            root=self._base(opened, below, below_ids),
            code=opened.blob(code["digest"]),
            code_id=code_id,
            environment=_environment(config),
            entrypoint=tuple(config["config"].get("Entrypoint", ())),
        )

    def _base(self, opened: OciRepository, layers: list[dict[str, Any]], diff_ids: list[str]) -> Path:
        """The folder is named after all it holds, and appears only when complete."""
        with self._unpacking:
            return self._unpacked(opened, layers, diff_ids)

    def _unpacked(self, opened: OciRepository, layers: list[dict[str, Any]], diff_ids: list[str]) -> Path:
        name = hashlib.sha256("\n".join(diff_ids).encode()).hexdigest()[:32]
        root = self._bases / name
        if root.exists():
            os.utime(root)
            return root
        self._bases.mkdir(mode=0o755, parents=True, exist_ok=True)
        unpacking = Path(tempfile.mkdtemp(dir=self._bases))
        try:
            unpacking.chmod(0o755)
            for descriptor, diff_id in zip(layers, diff_ids, strict=True):
                unpack(opened.blob(descriptor["digest"]), diff_id, unpacking)
            for needed in ("app", "dev", "proc", "tmp"):
                (unpacking / needed).mkdir(exist_ok=True)
            with contextlib.suppress(FileExistsError):
                unpacking.rename(root)
        finally:
            shutil.rmtree(unpacking, ignore_errors=True)
        self._drop_old_bases()
        return root

    def _drop_old_bases(self) -> None:
        bases = sorted(self._bases.iterdir(), key=lambda base: base.stat().st_mtime, reverse=True)
        in_use = {image.root for image in self._known.values()}
        for base in bases[KEPT_BASES:]:
            if base not in in_use:
                shutil.rmtree(base, ignore_errors=True)


def _environment(config: dict[str, Any]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in config["config"].get("Env", ()))
