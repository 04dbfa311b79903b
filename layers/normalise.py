"""What makes a layer the same on every machine: nothing in it tells where or by whom it was put together."""

import shutil
from pathlib import Path

# What an installer notes for itself: hashes of what it wrote (scripts with this machine's path among it), its own name,
# and where a package came from. What is read at run time (METADATA, entry_points.txt, licences) stays.
NOTED_BY_INSTALLERS = ("RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json")
SCRIPTS = "bin"


def normalise(folder: Path) -> None:
    """Of a folder that packages were installed into: drop what depends on the machine, and set the modes.

    Packages' own tests go, too: nothing runs them there, and with their bytecode they are a tenth of a layer.
    """
    for unwanted in [*folder.rglob("__pycache__"), *folder.glob("*/**/tests")]:
        shutil.rmtree(unwanted, ignore_errors=True)
    for file in [*folder.rglob("*")]:
        if _depends_on_the_machine(file, folder):
            file.unlink()
    shutil.rmtree(folder / "share", ignore_errors=True)
    set_modes(folder)


def _depends_on_the_machine(file: Path, folder: Path) -> bool:
    if file.is_symlink() or not file.is_file():
        return False
    if file.parent.name.endswith(".dist-info"):
        return file.name in NOTED_BY_INSTALLERS
    if file.parent == folder / SCRIPTS:
        # An installer writes the path of its own interpreter into the first line; programs (ruff) have none.
        return file.read_bytes()[:2] == b"#!"
    return file.suffix == ".pyc" or file.name == ".lock"


def set_modes(folder: Path) -> None:
    """As if with no umask: programs may be run, everything may be read, only the owner may write."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_symlink():
            continue
        program = path.is_dir() or path.parent.name == SCRIPTS
        path.chmod(0o755 if program else 0o644)
    scripts = folder / SCRIPTS
    if scripts.is_dir() and not any(scripts.iterdir()):
        scripts.rmdir()
