"""`python -m local logs`: the processes' own logs and what the functions wrote, as one stream."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LOGS = "functions"


class NoSuchLog(Exception):
    """Nothing of this name has written a log; the message says what has."""


def chosen(logs: Path, name: str | None) -> list[Path]:
    """What `log_files` finds, which is something. A function that was never called has no log yet."""
    files = log_files(logs, name)
    if not files:
        there = ", ".join(file.stem for file in log_files(logs, None))
        about = f" by the name {name!r}" if name is not None else ""
        raise NoSuchLog(
            f"there is no log{about} in {logs}"
            + (f"; there are: {there}" if there else "; `make up` starts what writes them")
        )
    return files


def log_files(logs: Path, name: str | None) -> list[Path]:
    """All of them, or those whose name contains `name` (a process or a function)."""
    files = sorted(logs.glob("*.log")) + sorted((logs / FUNCTION_LOGS).glob("*.log"))
    return [file for file in files if name is None or name in file.stem]


def last_lines(file: Path, count: int) -> list[str]:
    with file.open("rb") as handle:
        handle.seek(max(0, os.fstat(handle.fileno()).st_size - 64 * 1024))
        found = handle.read().decode("utf-8", "replace").splitlines()
    return found[max(0, len(found) - count) :]


def follow(logs: Path, name: str | None) -> Iterator[tuple[str, str]]:
    """(log, line) as lines appear, in files that exist now or later; ends with the process."""
    positions = {file: file.stat().st_size for file in log_files(logs, name)}
    while True:
        for file in log_files(logs, name):
            size = file.stat().st_size
            start = positions.get(file, 0)
            if size < start:
                start = 0
            if size > start:
                with file.open("rb") as handle:
                    handle.seek(start)
                    text = handle.read(size - start)
                complete, _, _ = text.rpartition(b"\n")
                positions[file] = start + len(complete) + 1 if complete else start
                for line in complete.decode("utf-8", "replace").splitlines():
                    yield file.stem, line
            else:
                positions.setdefault(file, size)
        time.sleep(0.3)
