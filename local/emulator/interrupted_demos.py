"""The demo that a request had begun when the function host died under it: it is written and will be taken up again."""

from collections.abc import Iterable, Mapping
from typing import Any

TABLE = "mam-agent-runs"
DEMO = "demo"


def token_of(request_id: str, rows: Iterable[Mapping[str, Any]]) -> str | None:
    """The run's id, by the request that began it; None if it had not come so far, and so did not begin."""
    for row in rows:
        if _text(row, "request_id") == request_id and _text(row, "origin") == DEMO:
            return _text(row, "run_id")
    return None


def stored_rows() -> list[Mapping[str, Any]]:
    """Of the table as it lies in the emulator's memory: nobody else is there to ask."""
    from ministack.services import dynamodb

    tables = [table for (_, _, name), table in dynamodb._tables.all_items() if name == TABLE]
    return [row for table in tables for by_range in list(table["items"].values()) for row in list(by_range.values())]


def _text(row: Mapping[str, Any], name: str) -> str | None:
    value = row.get(name)
    return value.get("S") if isinstance(value, dict) else None
