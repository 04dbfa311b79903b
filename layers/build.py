"""`python -m layers.build`: put each layer together in .build/layers/<platform>/<name>, as Lambda unpacks it to /opt.

Two platforms: `lambda` (the runtime and architecture of infra_cdk/config.py: wheels only, whatever interpreter runs
this) and `here` (this interpreter; copied from what it has installed, nothing is downloaded), for tests of packaging.
The packages are kept by the hash of their lock; our own files are copied anew every time. What comes out is the same in
any checkout (`normalise`), with bytecode where an interpreter of the target's version is found (`bytecode`).
"""

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path
from typing import Literal

from packaging.markers import Marker

from infra_cdk.config import ARCHITECTURE
from layers.bytecode import build_of, compile_folder, interpreter
from layers.catalog import AGENT_SDK, LAYERS, ROOT, Layer, Locked, locked
from layers.normalise import normalise, set_modes

Platform = Literal["lambda", "here"]

BUILT = ROOT / ".build" / "layers"
MACHINE = {"arm64": "aarch64", "x86_64": "x86_64"}[ARCHITECTURE]
# glibc of Amazon Linux 2023, on which the runtime stands, is 2.34.
GLIBCS = (
    "manylinux_2_34",
    "manylinux_2_31",
    "manylinux_2_28",
    "manylinux_2_27",
    "manylinux_2_24",
    "manylinux2014",
    "manylinux_2_17",
)
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class LayerNotBuilt(Exception):
    """The layer cannot be put together here; the message says what to do."""


def build(target: Platform, into: Path = BUILT) -> dict[str, Path]:
    """All layers for a platform: name to the folder that stands for /opt. Whoever else builds them meanwhile waits."""
    into.mkdir(parents=True, exist_ok=True)
    with (into / "building.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        return {name: build_layer(layer, target, into) for name, layer in LAYERS.items()}


def build_layer(layer: Layer, target: Platform, into: Path = BUILT) -> Path:
    opt = into / target / layer.name
    stamp = stamp_of(layer, target, into)
    python = interpreter(target_version(layer, target))
    if not is_built(layer, target, into):
        stamp.unlink(missing_ok=True)
        shutil.rmtree(opt, ignore_errors=True)
        opt.mkdir(parents=True)
        install(layer, target, opt / layer.packages)
        normalise(opt / layer.packages)
        opt.chmod(0o755)
        if python:
            compile_folder(opt, layer.root, python)
        stamp.write_text(fingerprint(layer, target))
    for source, place in layer.ours:
        bring_up_to_date(ROOT / source, opt / place, f"{layer.root}/{place}", python)
    return opt


def target_version(layer: Layer, target: Platform) -> str:
    return layer.python_version if target == "lambda" else "{}.{}".format(*sys.version_info)


def bring_up_to_date(source: Path, place: Path, on_target: str, python: Path | None) -> None:
    """Swapped in whole, so that a process that has the layer on its path finds the old files or the new ones."""
    fresh, old = place.with_name(f".{place.name}.new"), place.with_name(f".{place.name}.old")
    for leftover in (fresh, old):
        shutil.rmtree(leftover, ignore_errors=True)
    shutil.copytree(source, fresh, ignore=NOT_SHIPPED)
    set_modes(fresh)
    if python:
        compile_folder(fresh, on_target, python)
    if place.exists():
        place.rename(old)
    fresh.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def is_built(layer: Layer, target: Platform, into: Path = BUILT) -> bool:
    """Whether the packages of the layer's present lock are there, with the bytecode they would have now."""
    stamp = stamp_of(layer, target, into)
    return stamp.is_file() and stamp.read_text() == fingerprint(layer, target)


def stamp_of(layer: Layer, target: Platform, into: Path) -> Path:
    return into / target / f"{layer.name}.stamp"


def fingerprint(layer: Layer, target: Platform) -> str:
    """Changes with whatever decides what the layer holds beside our own files."""
    runs_on = (platform.machine(), sys.version) if target == "here" else (MACHINE, layer.python_version)
    compiled_by = build_of(interpreter(target_version(layer, target)))
    made_by = b"".join(file.read_bytes() for file in sorted(Path(__file__).parent.glob("*.py")))
    decides = repr((target, runs_on, compiled_by)).encode() + layer.lock.read_bytes() + made_by
    return hashlib.sha256(decides).hexdigest()


def install(layer: Layer, target: Platform, site: Path) -> None:
    environment = lambda_environment(layer.python_version) if target == "lambda" else {}
    packages = [p for p in locked(layer.lock) if not p.marker or Marker(p.marker).evaluate(environment)]
    if target == "lambda":
        download(packages, site, layer.python_version)
    else:
        copy_installed(packages, site)


def lambda_environment(python_version: str) -> dict[str, str]:
    """What the markers of a lock are read with when the packages are not for this machine."""
    return {
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": MACHINE,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{python_version}.0",
        "python_version": python_version,
        "sys_platform": "linux",
    }


def download(packages: list[Locked], site: Path, python_version: str) -> None:
    """Wheels for the runtime's platform, each checked against its hash."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("".join(f"{p.name}=={p.version} {p.hashes}\n" for p in packages))
        listing.flush()
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
        command += ["--require-hashes", "--no-deps", "--only-binary=:all:", "--target", str(site)]
        # pip would compare the requirement on Python with the interpreter that runs it, not with the target's.
        command += ["--implementation", "cp", "--python-version", python_version, "--ignore-requires-python"]
        command += [word for glibc in GLIBCS for word in ("--platform", f"{glibc}_{MACHINE}")]
        result = subprocess.run([*command, "--requirement", listing.name], check=False)
    if result.returncode != 0:
        raise LayerNotBuilt(
            f"pip could not fetch the packages of {site.parent.name}: see above; is the registry reachable?"
        )


def copy_installed(packages: list[Locked], site: Path) -> None:
    for package in packages:
        installed = distribution(package.name)
        if installed.version != package.version:
            raise LayerNotBuilt(
                f"{package.name} {installed.version} is installed but {package.version} is locked: run `make setup`"
            )
        for file in installed.files or []:
            source = Path(str(file.locate()))
            if "__pycache__" in file.parts or not source.is_file():
                continue
            # What an installer puts beside the packages (bin/, share/) stands below the target when that is a folder.
            place = site.joinpath(*(part for part in file.parts if part != ".."))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, place)


def size(folder: Path) -> int:
    """Bytes of all files below, as Lambda counts an unzipped layer."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def main() -> None:
    target: Platform = "here" if "here" in sys.argv[1:] else "lambda"
    sdk = {AGENT_SDK.name: build_layer(AGENT_SDK, target)}
    for name, opt in (build(target) | sdk).items():
        print(f"{name:10} {size(opt) / 1_000_000:6.1f} MB  {opt.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
