"""Limits of memory, processes and CPU for one sandbox, by control groups of either version, where this user may make
them.

Where not, the limits that a process carries with it (memory of the agent's process, processes of the user namespace,
file sizes) still hold; `Groups.kind` says which it is.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CONTROLLERS = ("memory", "pids", "cpu")
_PERIOD = 100_000


@dataclass(frozen=True)
class Limits:
    memory_bytes: int
    processes: int
    cpus: float


@dataclass(frozen=True)
class Group:
    """The folders of one sandbox's group (one per hierarchy). A process enters by writing `0` to each `entrances`
    file."""

    folders: tuple[Path, ...]

    def entrances(self) -> list[int]:
        return [os.open(folder / "cgroup.procs", os.O_WRONLY) for folder in self.folders]

    def remove(self) -> None:
        """When its processes are dead; a group lingers for a moment after them."""
        for folder in self.folders:
            for _ in range(50):
                try:
                    folder.rmdir()
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.002)


class Groups:
    def __init__(self) -> None:
        self._parents = _version_1() or _version_2()
        self.kind = "none"
        if self._parents:
            self.kind = "v2" if len(self._parents) == 1 and (self._parents[0] / "cgroup.controllers").exists() else "v1"
            try:
                self._sweep()
                self._try_out()
            except (OSError, subprocess.SubprocessError):
                self._parents, self.kind = [], "none"

    def make(self, name: str, limits: Limits) -> Group:
        folders: list[Path] = []
        for parent in self._parents:
            folder = parent / f"mam-{os.getpid()}-{name}"
            folder.mkdir(exist_ok=True)
            folders.append(folder)
            for file, value in _settings(limits):
                if (folder / file).exists():
                    (folder / file).write_text(value)
        return Group(tuple(folders))

    def _try_out(self) -> None:
        """A group that may be made is not always one that a process may be moved to."""
        group = self.make("probe", Limits(64 << 20, 8, 1.0))
        entrances = group.entrances()
        try:
            subprocess.run(
                ["/bin/true"],
                env={},
                check=True,
                timeout=10,
                preexec_fn=lambda: [os.write(number, b"0") for number in entrances] and None,
            )
        finally:
            for number in entrances:
                os.close(number)
            group.remove()

    def _sweep(self) -> None:
        """Groups of a process that is gone hold nothing, for its sandboxes died with it."""
        for parent in self._parents:
            for folder in parent.glob("mam-*"):
                if not Path(f"/proc/{folder.name.split('-')[1]}").exists():
                    with contextlib.suppress(OSError):
                        folder.rmdir()


def _settings(limits: Limits) -> Iterator[tuple[str, str]]:
    yield "memory.limit_in_bytes", str(limits.memory_bytes)
    yield "memory.max", str(limits.memory_bytes)
    yield "memory.swap.max", "0"
    yield "pids.max", str(limits.processes)
    yield "cpu.cfs_quota_us", str(int(limits.cpus * _PERIOD))
    yield "cpu.max", f"{int(limits.cpus * _PERIOD)} {_PERIOD}"


def _version_1() -> list[Path]:
    found = [
        Path(target) for target, kind, options in _mounts() if kind == "cgroup" and set(options) & set(CONTROLLERS)
    ]
    own = [folder for folder in dict.fromkeys(found) if os.access(folder, os.W_OK)]
    return own if any((folder / "pids.max").exists() or "pids" in folder.name for folder in own) else []


def _version_2() -> list[Path]:
    """The unified hierarchy's root as root, else the closest group above this process that was handed to its user."""
    for target, kind, _ in _mounts():
        if kind != "cgroup2":
            continue
        for folder in _own_groups(Path(target)):
            with contextlib.suppress(OSError):
                offered = (folder / "cgroup.controllers").read_text().split()
                if set(CONTROLLERS[:2]) <= set(offered) and os.access(folder / "cgroup.subtree_control", os.W_OK):
                    wanted = " ".join(f"+{name}" for name in CONTROLLERS if name in offered)
                    (folder / "cgroup.subtree_control").write_text(wanted)
                    return [folder]
    return []


def _own_groups(mount: Path) -> Iterator[Path]:
    if os.geteuid() == 0:
        yield mount
        return
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        number, _, path = line.split(":", 2)
        if number == "0":
            yield from (mount / path.lstrip("/")).parents


def _mounts() -> Iterator[tuple[str, str, list[str]]]:
    with contextlib.suppress(OSError):
        for line in Path("/proc/mounts").read_text().splitlines():
            _, target, kind, options, *_ = line.split()
            yield target, kind, options.split(",")
