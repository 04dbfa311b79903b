"""`python -m local trace`: one request's story, from what the functions logged under one correlation id.

The id is the request's (`x-request-id`), which goes with a demo through its queue to the agent's task, or the name of
a workflow's execution. docs/operations.md has the same question for CloudWatch Logs Insights.
"""

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local.cli.log_lines import METRIC, LogLine, log_lines, told_fields
from local.cli.logs import FUNCTION_LOGS
from local.cli.rows import printable

WIDTH = 80
NAME_WIDTH = 16
SHORTEST_PREFIX = 8
"""As many characters of an id as `logs` shows; fewer could be the start of many."""


class NothingLogged(Exception):
    """No function wrote a line for this id; the message says where it was looked for."""


def story(logs: Path, asked: str) -> list[LogLine]:
    """What all functions logged for a request id, an execution's name or its ARN, or for the start of an id, in the
    order of time.
    """
    wanted = asked.strip().rpartition(":")[2]
    lines = [line for file in _files(logs) for line in _about(file, wanted)]
    if not lines:
        raise NothingLogged(
            f"no function logged anything for {wanted!r} in {logs / FUNCTION_LOGS}. The id is the answer's "
            "`x-request-id`, or the name of an execution"
        )
    return sorted(lines, key=lambda line: line.at)


def _files(logs: Path) -> Iterator[Path]:
    """Those that were set aside when they grew too long come first."""
    yield from sorted((logs / FUNCTION_LOGS).glob("*.log.1"))
    yield from sorted((logs / FUNCTION_LOGS).glob("*.log"))


def _about(file: Path, wanted: str) -> Iterator[LogLine]:
    texts = file.read_text(encoding="utf-8", errors="replace").splitlines()
    for line in log_lines(file.name.partition(".")[0], texts, ""):
        if _is_of(line.correlation_id, wanted) or _is_of(line.request, wanted):
            yield line


def _is_of(identity: str, wanted: str) -> bool:
    return identity == wanted or (len(wanted) >= SHORTEST_PREFIX and identity.startswith(wanted))


def as_json(line: LogLine) -> dict[str, Any]:
    return asdict(line)


def shown(lines: Iterable[LogLine]) -> Iterator[str]:
    """For a terminal of 80 columns: time, function, message, then the fields; what does not fit goes on below."""
    for line in lines:
        clock = line.at[11:23] or "-"
        head = f"{clock:12} {line.function.removeprefix('mam-')[:NAME_WIDTH]:{NAME_WIDTH}} "
        mark = f"{line.level}: " if line.level not in ("INFO", METRIC) else ""
        told = f"{mark}{line.message} {told_fields(line)}".rstrip()
        indent = " " * len(head)
        for part in (told, *line.text):
            yield from textwrap.wrap(
                printable(part), WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False
            )
            head = indent
