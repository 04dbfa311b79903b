"""`python -m local logs`: what the functions and the processes wrote, as one stream in the order of time."""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from local.cli.console import emit
from local.cli.log_lines import LogLine, log_lines, one_form, told_fields
from local.cli.rows import printable, terminal_width

FUNCTION_LOGS = "functions"
TAIL_BYTES = 256 * 1024
"""Of each file: more than the lines that anybody reads, so a long log costs no time."""
NAME_WIDTH = 19
ID_WIDTH = 8
POLL_SECONDS = 0.3
RED, PLAIN = "\x1b[1;31m", "\x1b[0m"


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


def last_events(files: Iterable[Path], count: int, *, metrics: bool) -> list[LogLine]:
    """The newest of all the files together, in the order of time."""
    found = [line for file in files for line in _tail(file) if metrics or not line.is_metric]
    in_order = sorted(found, key=lambda line: line.at)
    return in_order[max(0, len(in_order) - count) :]


def follow(logs: Path, name: str | None, *, metrics: bool) -> Iterator[LogLine]:
    """Events that are written from this call on, in files that exist now or later; goes on until it is interrupted."""
    return _follow(logs, name, {file: file.stat().st_size for file in log_files(logs, name)}, metrics=metrics)


def _follow(logs: Path, name: str | None, positions: dict[Path, int], *, metrics: bool) -> Iterator[LogLine]:
    while True:
        news = [_new_events(file, positions) for file in log_files(logs, name)]
        for line in sorted(chain.from_iterable(news), key=lambda line: line.at):
            if metrics or not line.is_metric:
                yield line
        time.sleep(POLL_SECONDS)


def print_events(events: Iterable[LogLine], *, as_json: bool) -> None:
    """Until they end, or whoever reads or watches has enough."""
    colours = sys.stdout.isatty()
    try:
        for event in events:
            if as_json:
                emit(document_of(event))
            else:
                print(line_of(event, terminal_width(), colours=colours))
            sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(0)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def document_of(line: LogLine) -> dict[str, Any]:
    return asdict(line)


def line_of(line: LogLine, width: int, *, colours: bool) -> str:
    """One line, as wide as the terminal at most: time (UTC), function, start of the id for `trace`, what happened.

    Of a traceback it is the last line, which names the error. `--json` has all of it.
    """
    name = line.function.removeprefix("mam-")[:NAME_WIDTH]
    mark = f"{line.level} " if line.level not in ("INFO", "METRIC", "") else ""
    message = "" if line.text and line.message.startswith("Traceback") else f"{mark}{line.message}"
    parts = (message, line.text[-1] if line.text else "", told_fields(line))
    told = printable(" ".join(part for part in parts if part))
    identity = printable(line.correlation_id[:ID_WIDTH])
    whole = f"{line.at[11:19] or '-':8} {name:{NAME_WIDTH}} {identity:{ID_WIDTH}} {told}".rstrip()
    cut = whole if len(whole) <= width else whole[: width - 1] + "…"
    return f"{RED}{cut}{PLAIN}" if colours and line.is_error else cut


def _tail(file: Path) -> list[LogLine]:
    with file.open("rb") as handle:
        size = os.fstat(handle.fileno()).st_size
        handle.seek(max(0, size - TAIL_BYTES))
        texts = handle.read().decode("utf-8", "replace").splitlines()
        written = datetime.fromtimestamp(os.fstat(handle.fileno()).st_mtime, UTC)
    return list(log_lines(file.stem, texts[1 if size > TAIL_BYTES else 0 :], one_form(written)))


def _new_events(file: Path, positions: dict[Path, int]) -> list[LogLine]:
    """What was written since the last look, as far as its lines are complete; a file that became shorter is new."""
    size = file.stat().st_size
    start = positions.get(file, 0)
    start = 0 if size < start else start
    if size == start:
        positions[file] = start
        return []
    with file.open("rb") as handle:
        handle.seek(start)
        complete, _, _ = handle.read(size - start).rpartition(b"\n")
    positions[file] = start + len(complete) + 1 if complete else start
    return list(log_lines(file.stem, complete.decode("utf-8", "replace").splitlines(), one_form(datetime.now(UTC))))
