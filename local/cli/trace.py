"""`python -m local trace`: one request's story, from what the functions logged under one correlation id.

The id is the request's (`x-request-id`), which goes with a demo through its queue to the agent's task, or the name of
a workflow's execution. docs/operations.md has the same question for CloudWatch Logs Insights.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.cli.logs import FUNCTION_LOGS

WIDTH = 80
NAME_WIDTH = 16
# What Powertools writes into every line, or what is shown in another way.
NOT_TOLD = frozenset(
    {"level", "location", "timestamp", "service", "correlation_id", "message", "function", "request", "_aws"}
)


class NothingLogged(Exception):
    """No function wrote a line for this id; the message says where it was looked for."""


@dataclass(frozen=True)
class LogLine:
    """`at` in UTC; `details` are the line's own fields. `text`: lines without a structure that came right after it, as
    the runtime writes tracebacks.
    """

    at: str
    function: str
    level: str
    message: str
    details: dict[str, Any]
    text: list[str] = field(default_factory=list[str])


def story(logs: Path, asked: str) -> list[LogLine]:
    """What all functions logged for a request id, an execution's name or its ARN, in the order of time."""
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
    function = file.name.partition(".")[0]
    found: LogLine | None = None
    for text in file.read_text(encoding="utf-8", errors="replace").splitlines():
        entry = _structured(text)
        if entry is not None:
            if found is not None:
                yield found
            found = _line(function, entry) if wanted in (entry.get("correlation_id"), entry.get("request")) else None
        elif found is not None and text.strip():
            found.text.append(text)
    if found is not None:
        yield found


def _structured(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        entry = json.loads(text)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def _line(function: str, entry: dict[str, Any]) -> LogLine:
    return LogLine(
        at=_time(entry),
        function=function,
        level=str(entry.get("level", "METRIC")),
        message=str(entry.get("message", "metric")),
        details={key: value for key, value in entry.items() if key not in NOT_TOLD},
    )


def _time(entry: dict[str, Any]) -> str:
    """In one form, so that texts sort as times do; a metric's line has milliseconds of the epoch."""
    try:
        stamp = entry.get("timestamp")
        if isinstance(stamp, str):
            at = datetime.fromisoformat(stamp)
        else:
            at = datetime.fromtimestamp(entry["_aws"]["Timestamp"] / 1000, UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return ""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def as_json(line: LogLine) -> dict[str, Any]:
    return asdict(line)


def shown(lines: Iterable[LogLine]) -> Iterator[str]:
    """For a terminal of 80 columns: time, function, message, then the fields; what does not fit goes on below."""
    for line in lines:
        clock = line.at[11:23] or "-"
        head = f"{clock:12} {line.function.removeprefix('mam-')[:NAME_WIDTH]:{NAME_WIDTH}} "
        mark = f"{line.level}: " if line.level not in ("INFO", "METRIC") else ""
        told = " ".join([f"{mark}{line.message}", *(f"{key}={_brief(value)}" for key, value in line.details.items())])
        indent = " " * len(head)
        for part in (told, *line.text):
            yield from textwrap.wrap(
                _printable(part), WIDTH, initial_indent=head, subsequent_indent=indent, break_on_hyphens=False
            )
            head = indent


def _brief(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _printable(text: str) -> str:
    """Log lines quote strangers: nothing in them may steer the terminal."""
    return "".join(
        character if character.isprintable() else " " if character in "\n\t\r" else "\N{REPLACEMENT CHARACTER}"
        for character in text
    )
