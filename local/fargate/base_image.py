"""The agents' base image on one machine, made of the running interpreter and pushed to the local registry.

Two layers, so that a change of the SDK moves kilobytes: Python with the packages, and the SDK. Nothing is done when the
registry has the image of exactly these inputs already.
"""

import hashlib
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

from local.fargate.interpreter_files import LIBRARIES, compiled, executable, locked, python_files
from shared.adapters.image_registry import BASE_TAG, ImageRegistry
from shared.builds.base_image import PACKAGES, UID, make_container_settings
from shared.builds.image_layers import Blob, Entry, Layer, compute_digest, make_first_image, make_layer

AGENT_BASE = Path(__file__).parents[2] / "layers" / "agent_base"
LOCK = AGENT_BASE / "requirements.lock"
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
FOLDERS = ("app", "dev", "proc", "tmp", "var", "var/tmp")
USER = "agent"
_FORMAT = "4"


def container_environment() -> dict[str, str]:
    """The environment that the image gives its containers."""
    return dict(pair.split("=", 1) for pair in _settings()["Env"])


def _settings() -> dict[str, Any]:
    return make_container_settings(f"LD_LIBRARY_PATH=/{LIBRARIES}")


def ensure_base_image(registry: ImageRegistry, cache: Path) -> str:
    """Digest of the base image for this interpreter and SDK, which the registry holds afterwards under the tag `base`.

    `cache` keeps the compressed Python layer, so that a registry that was emptied is filled in a second.
    """
    tag = f"{BASE_TAG}-{inputs()}"
    repository = registry.repository()
    if repository.has_manifest(tag):
        manifest = repository.manifest(tag)
        if not repository.has_manifest(BASE_TAG) or repository.manifest(BASE_TAG) != manifest:
            repository.put_manifest(manifest, BASE_TAG)
        return compute_digest(manifest)
    image = make_first_image(
        [python_layer(cache), make_layer(sdk_files())],
        architecture=ARCHITECTURES[platform.machine()],
        settings=_settings(),
    )
    return registry.push(image, tags=(tag, BASE_TAG)).digest


def sdk_files() -> dict[str, Entry]:
    return {
        f"{PACKAGES}/mam_agent/{source.name}c": Entry(
            compiled(source.read_bytes(), f"/{PACKAGES}/mam_agent/{source.name}")
        )
        for source in sorted((AGENT_BASE / "mam_agent").glob("*.py"))
    }


def python_layer(cache: Path) -> Layer:
    kept = cache / f"python-{_pythoninputs()}.tar.gz"
    if kept.exists():
        data, _, diff_id = kept.read_bytes().rpartition(b"\n")
        return Layer(blob=Blob(data), diff_id=diff_id.decode())
    entries = {**python_files(LOCK), **_accounts()}
    made = make_layer(entries, folders=FOLDERS)
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=cache, delete=False) as file:
        file.write(made.blob.data + b"\n" + made.diff_id.encode())
    Path(file.name).replace(kept)
    for old in cache.glob("python-*.tar.gz"):
        if old != kept:
            old.unlink(missing_ok=True)
    return made


def _accounts() -> dict[str, Entry]:
    return {
        "etc/passwd": Entry(f"root:x:0:0::/:/none\n{USER}:x:{UID}:{UID}::/tmp:/none\n".encode()),
        "etc/group": Entry(f"root:x:0:\n{USER}:x:{UID}:\n".encode()),
    }


def _pythoninputs() -> str:
    """Names everything the Python layer is made of, without reading it all."""
    binary = executable().stat()
    parts = [_FORMAT, sys.version, platform.machine(), str(executable()), str(binary.st_size), str(binary.st_mtime_ns)]
    parts += [f"{name}=={version}" for name, version in locked(LOCK).items()]
    parts.append(Path(python_files.__code__.co_filename).read_text())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def inputs() -> str:
    sources = [source.read_bytes() for source in sorted((AGENT_BASE / "mam_agent").glob("*.py"))]
    own = Path(__file__).read_bytes()
    return hashlib.sha256(b"\n".join([_pythoninputs().encode(), own, *sources])).hexdigest()[:16]
