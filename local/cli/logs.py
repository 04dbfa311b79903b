"""`python -m local logs`: the processes' own logs and what the functions wrote, as one stream."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

FUNCTION_LOGS = "functions"


def log_files(logs: Path, name: str | None) -> list[Path]:
    """All of them, or those whose name contains `name` (a process or a function)."""
    files = sorted(logs.glob("*.log")) + sorted((logs / FUNCTION_LOGS).glob("*.log"))
    return [file for file in files if name is None or name in file.stem]


def last_lines(file: Path, count: int) -> list[str]:
    with file.open("rb") as handle:
        handle.seek(max(0, os.fstat(handle.fileno()).st_size - 64 * 1024))
        return handle.read().decode("utf-8", "replace").splitlines()[-count:]


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
