"""One entry of a log: what a function wrote in a structured line, or text of a process with what belongs to it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

METRIC = "METRIC"
# What Lambda's runtime is, the same in each line of a function.
RUNTIME_FIELDS = frozenset(
    {"cold_start", "function_name", "function_memory_size", "function_arn", "function_request_id", "xray_trace_id"}
)
SERIOUS = frozenset({"ERROR", "CRITICAL"})
# What Powertools writes into every line, or what is shown in another way.
NOT_TOLD = frozenset(
    {"level", "location", "timestamp", "service", "correlation_id", "message", "function", "request", "_aws"}
)


@dataclass(frozen=True)
class LogLine:
    """`at` in UTC, ISO 8601; `details` are the line's own fields. `text`: lines without a structure that came right
    after it, as the runtime writes tracebacks. `level` is METRIC for metrics and empty for what has no structure.
    """

    at: str
    function: str
    level: str
    message: str
    details: dict[str, Any]
    text: list[str] = field(default_factory=list[str])
    correlation_id: str = ""
    request: str = ""

    @property
    def is_metric(self) -> bool:
        return self.level == METRIC

    @property
    def is_error(self) -> bool:
        """True for an error's level, and for text that holds a traceback."""
        return self.level in SERIOUS or any(text.startswith("Traceback") for text in (self.message, *self.text))


def log_lines(source: str, texts: Iterable[str], otherwise_at: str) -> Iterator[LogLine]:
    """Each structured line with the text that follows it. Where there is none, each line of text is an entry of the
    time `otherwise_at`, and a traceback is one.
    """
    found: LogLine | None = None
    for text in texts:
        entry = _structured(text)
        if entry is not None:
            if found is not None:
                yield found
            found = _line(source, entry)
        elif found is not None and _belongs_to(found, text):
            found.text.append(text)
        elif text.strip():
            if found is not None:
                yield found
            found = LogLine(otherwise_at, source, "", text, {})
    if found is not None:
        yield found


def told_fields(line: LogLine) -> str:
    """The fields that say something, as text."""
    kept = {key: value for key, value in line.details.items() if value is not None and key not in RUNTIME_FIELDS}
    return " ".join(f"{key}={_brief(value)}" for key, value in kept.items())


def one_form(at: datetime) -> str:
    """In one form, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _brief(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _belongs_to(found: LogLine, text: str) -> bool:
    if found.level:
        return bool(text.strip())
    in_traceback = found.message.startswith("Traceback") and (not found.text or found.text[-1][:1].isspace())
    return in_traceback or text[:1].isspace()


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
        level=METRIC if "_aws" in entry else str(entry.get("level", METRIC)),
        message=str(entry.get("message", "metric")),
        details={key: value for key, value in entry.items() if key not in NOT_TOLD},
        correlation_id=str(entry.get("correlation_id") or ""),
        request=str(entry.get("request") or ""),
    )


def _time(entry: dict[str, Any]) -> str:
    """A metric's line has milliseconds of the epoch. Empty if the line tells no time."""
    try:
        stamp = entry.get("timestamp")
        if isinstance(stamp, str):
            return one_form(datetime.fromisoformat(stamp))
        return one_form(datetime.fromtimestamp(entry["_aws"]["Timestamp"] / 1000, UTC))
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return ""
