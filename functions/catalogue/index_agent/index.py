"""From a changed row of `agents` to what lists are made from: the snapshot, and the search index where there is one.
Idempotent, whatever arrives twice, late or in the wrong order.

The row's version decides which change is newer: agent versions count up, and whoever changes a published row otherwise
(its figures, taking it off the shelf) raises its `revision` by one, starting from none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import Agent, AgentsRepository, AgentStatus
from shared.catalogue.searchable import make_searchable
from shared.catalogue.snapshot import CatalogueEntry

REVISIONS = 1_000_000
PAGE = 200


class Copy(Protocol):
    """What follows the table. Every method raises CatalogUnavailable."""

    def needs_filling(self) -> bool: ...

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int: ...

    def take_over(self) -> None: ...


class Details(Protocol):
    def get_json(self, key: str) -> Any: ...


@dataclass(frozen=True)
class Row:
    """What a copy needs of a row. `summary` is null while there is nothing to show."""

    slug: str
    version: int
    summary: ListingSummary | None = None
    detail_key: str | None = None


def read_row(image: Mapping[str, Any], *, deleted: bool = False) -> Row | None:
    """None for what is no agent (the pointers from opportunities have no status), or was never published."""
    version = int(image.get("version", 0))
    if not image.get("status") or not version:
        return None
    listed = image["status"] == AgentStatus.PUBLISHED and not deleted
    return Row(
        slug=str(image["slug"]),
        version=version * REVISIONS + int(image.get("revision", 0)) + deleted,
        summary=ListingSummary.model_validate_json(image["summary"]) if listed else None,
        detail_key=image.get("detail_key"),
    )


def read_agent_row(agent: Agent) -> Row | None:
    """As `read_row`, of a row as its repository reads it."""
    if not agent.version:
        return None
    listed = agent.status is AgentStatus.PUBLISHED
    version = agent.version * REVISIONS + agent.revision
    return Row(agent.slug, version, agent.summary if listed else None, agent.detail_key)


def make_entry(row: Row, details: Details) -> CatalogueEntry:
    if row.summary is None:
        return CatalogueEntry(row.slug, row.version)
    detail: Mapping[str, Any] = details.get_json(row.detail_key) if row.detail_key else {}
    description, use_cases = detail.get("description", ""), detail.get("use_cases", ())
    return CatalogueEntry(
        row.slug, row.version, make_searchable(row.summary, description=description, use_cases=use_cases)
    )


def fill(copy: Copy, agents: AgentsRepository, details: Details) -> None:
    """A copy that is new, or was not filled to the end, gets what the table holds before it is read."""
    if copy.needs_filling():
        rebuild([copy], agents, details)


def rebuild(copies: Sequence[Copy], agents: AgentsRepository, details: Details) -> int:
    """Write every row that was ever published into the copies, also those that are off the shelf; how many there are.

    A change that happens meanwhile has a higher version and stays, whichever is written first.
    """
    for copy in copies:
        copy.needs_filling()  # makes what is not there yet
    written, cursor = 0, None
    while True:
        page = agents.every(PAGE, cursor)
        rows = [row for row in map(read_agent_row, page.items) if row is not None]
        entries = [make_entry(row, details) for row in rows]
        for copy in copies:
            copy.put(entries, again=True)
        written, cursor = written + len(entries), page.next_cursor
        if cursor is None:
            break
    for copy in copies:
        copy.take_over()
    return written
