"""The running interpreter as files of an image: executable, standard library, packages and every library they link to.

Works for any CPython that runs this: a build of pyenv, Debian's package, a virtual environment of either. Modules are
compiled here and their source is left out: half the size, and no import has to look at it.
"""

import importlib.metadata
import importlib.util
import marshal
import os
import re
import shutil
import struct
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from local.child_environment import child_environment
from shared.builds.base_image import PACKAGES
from shared.builds.image_layers import Entry

PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
STDLIB = f"usr/local/lib/{PYTHON}"
LIBRARIES = "usr/local/lib/mam"
_LEFT_OUT = frozenset(
    name
    for line in (
        "test tests idlelib tkinter turtledemo turtle.py ensurepip lib2to3 distutils pydoc_data pydoc.py venv sqlite3",
        "site-packages dist-packages __pycache__ curses dbm __phello__ antigravity.py this.py sitecustomize.py",
        "usercustomize.py msilib wsgiref xmlrpc doctest.py pdb.py cProfile.py profile.py pstats.py",
    )
    for name in line.split()
)
_EXTENSIONS_LEFT_OUT = re.compile(r"_tkinter|_sqlite3|_curses|readline|_dbm|_gdbm|nis\b|_test|_xx|xx|_ctypes_test")
_LINKED = re.compile(r"^\s*(?P<name>\S+) => (?P<path>/\S+) \(", re.MULTILINE)
_LOADER = re.compile(r"^\s*(?P<path>/\S+) \(0x", re.MULTILINE)


class InterpreterUnusable(Exception):
    """The running Python cannot be made into an image, and what would help."""


def python_files(lock: Path) -> dict[str, Entry]:
    """Names relative to the image's root → files. `lock`: the requirements of the packages to bring."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    entries = {
        f"usr/local/bin/{PYTHON}": Entry(executable().read_bytes(), 0o755),
        "usr/local/bin/python3": Entry(link=PYTHON),
        "usr/local/bin/python": Entry(link=PYTHON),
    }
    linking = [executable()]
    for source in _stdlib_files(stdlib):
        _add(entries, f"{STDLIB}/{source.relative_to(stdlib)}", source, linking)
    for name, version in locked(lock).items():
        for source, relative in _package_files(name, version):
            _add(entries, f"{PACKAGES}/{relative}", source, linking)
    return {**entries, **_libraries(linking)}


def executable() -> Path:
    return Path(sys.executable).resolve()


def locked(lock: Path) -> dict[str, str]:
    """Package → version, of those lines of the lock that are for a machine like this one."""
    found: dict[str, str] = {}
    for name, version, marker in re.findall(
        r"^([A-Za-z0-9._-]+)==(\S+?)(?: ;([^\\\n]*))?\s*\\?$", lock.read_text(), re.M
    ):
        if not ("win32" in marker and "==" in marker):
            found[name] = version
    return found


def compiled(source: bytes, path_in_image: str) -> bytes:
    """A .pyc that is valid whatever its source's time is, and that names no folder of this machine."""
    code = compile(source, path_in_image, "exec", dont_inherit=True, optimize=0)
    return (
        importlib.util.MAGIC_NUMBER + struct.pack("<L", 0b01) + importlib.util.source_hash(source) + marshal.dumps(code)
    )


def _add(entries: dict[str, Entry], name: str, source: Path, linking: list[Path]) -> None:
    if source.suffix == ".py":
        entries[f"{name}c"] = Entry(compiled(source.read_bytes(), f"/{name}"))
    elif ".so" in source.suffixes:
        linking.append(source)
        entries[name] = Entry(_stripped(source), 0o755)
    else:
        entries[name] = Entry(source.read_bytes())


def _stdlib_files(stdlib: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(stdlib):
        below[:] = sorted(name for name in below if name not in _LEFT_OUT and not name.startswith("config-"))
        for name in sorted(names):
            source = Path(folder, name)
            if name in _LEFT_OUT or _EXTENSIONS_LEFT_OUT.match(name) or source.suffix not in {".py", ".so"}:
                continue
            if source.is_file():
                yield source


def _package_files(name: str, version: str) -> Iterator[tuple[Path, str]]:
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        raise InterpreterUnusable(f"{name}=={version} is not installed: run `make setup`") from None
    if found.version != version:
        raise InterpreterUnusable(f"{name} is {found.version}, the agents' base needs {version}: run `make setup`")
    for file in sorted(found.files or []):
        parts = file.parts
        if (
            ".." in parts
            or parts[0].endswith(".dist-info")
            or "__pycache__" in parts
            or file.suffix in {".pyi", ".typed"}
        ):
            continue
        yield Path(str(file.locate())), file.as_posix()


def _libraries(linking: list[Path]) -> Mapping[str, Entry]:
    """All that the executable and the extensions link to, in one folder, and the loader where the executable wants
    it."""
    answer = _told("ldd", *map(str, linking))
    if "not found" in answer.stdout:
        missing = next(line.strip() for line in answer.stdout.splitlines() if "not found" in line)
        raise InterpreterUnusable(f"a library of the running Python is missing: {missing}")
    loader = _LOADER.search(answer.stdout)
    if loader is None:
        raise InterpreterUnusable("`ldd` names no loader for the running Python, which has to be linked dynamically")
    found = {match["name"]: Path(match["path"]) for match in _LINKED.finditer(answer.stdout)}
    entries = {f"{LIBRARIES}/{Path(name).name}": Entry(_stripped(path), 0o755) for name, path in found.items()}
    entries[loader["path"].lstrip("/")] = Entry(Path(loader["path"]).read_bytes(), 0o755)
    return entries


def _stripped(library: Path) -> bytes:
    """Without debugging symbols, which are most of a Python built by hand; as it is where there is no `strip`."""
    strip = shutil.which("strip")
    if strip is None:
        return library.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "library")
        done = _told(strip, "--strip-debug", "-o", str(target), str(library))
        return target.read_bytes() if done.returncode == 0 else library.read_bytes()


def _told(*command: str) -> "subprocess.CompletedProcess[str]":
    """What a tool of the system says."""
    return subprocess.run(command, env=child_environment(Path("/")), capture_output=True, text=True, check=False)
