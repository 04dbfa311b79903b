"""From a changed row of `agents` to what lists are made from: the snapshot, and the search index where there is one.
Idempotent, whatever arrives twice, late or in the wrong order.

The row's version decides which change is newer: agent versions count up, and whoever changes a published row otherwise
(its figures, taking it off the shelf) raises its `revision` by one, starting from none.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from shared.adapters.artifacts import ArtifactMissing
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import Agent, AgentsRepository, AgentStatus
from shared.catalogue.searchable import SearchableListing, make_searchable
from shared.catalogue.snapshot import CatalogueEntry, EntryRefused
from shared.runtime.observability import count, logger

REVISIONS = 1_000_000
PAGE = 200


class RowUnusable(Exception):
    """There is nothing to list in this row, and another try changes nothing: its listing or its detail is broken."""


class Copy(Protocol):
    """What follows the table. Every method raises CatalogUnavailable, and `put` EntryRefused once all others are in."""

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
    """None for what is no agent (the pointers from opportunities have no status), or was never published. Raises
    RowUnusable.
    """
    with _unusable_if_broken(image.get("slug")):
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
    """Raises RowUnusable; what S3 raises while it is out of reach goes through."""
    if row.summary is None:
        return CatalogueEntry(row.slug, row.version)
    with _unusable_if_broken(row.slug):
        return CatalogueEntry(row.slug, row.version, _make_searchable(row.summary, row, details))


def _make_searchable(summary: ListingSummary, row: Row, details: Details) -> SearchableListing:
    detail: Mapping[str, Any] = details.get_json(row.detail_key) if row.detail_key else {}
    description, use_cases = detail.get("description", ""), detail.get("use_cases", ())
    return make_searchable(summary, description=description, use_cases=use_cases)


@contextmanager
def _unusable_if_broken(slug: object) -> Generator[None]:
    """Details are written before the row that names them, and never deleted while it does: a missing one stays so."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, ArtifactMissing) as error:
        raise RowUnusable(f"{str(slug)[:100]}: {type(error).__name__}: {str(error)[:300]}") from error


def fill(copy: Copy, agents: AgentsRepository, details: Details) -> None:
    """A copy that is new, or was not filled to the end, gets what the table holds before it is read."""
    if copy.needs_filling():
        rebuild([copy], agents, details)


def rebuild(copies: Sequence[Copy], agents: AgentsRepository, details: Details) -> int:
    """Write every row that was ever published into the copies, also those that are off the shelf; how many there are.

    A change that happens meanwhile has a higher version and stays, whichever is written first. What cannot be listed is
    left out and told: one broken row keeps no copy from being filled.
    """
    for copy in copies:
        copy.needs_filling()  # makes what is not there yet
    written, cursor = 0, None
    while True:
        page = agents.every(PAGE, cursor)
        rows = [row for row in map(read_agent_row, page.items) if row is not None]
        entries = [entry for row in rows if (entry := _make_usable_entry(row, details)) is not None]
        for copy in copies:
            _put_what_is_taken(copy, entries)
        written, cursor = written + len(entries), page.next_cursor
        if cursor is None:
            break
    for copy in copies:
        copy.take_over()
    return written


def _make_usable_entry(row: Row, details: Details) -> CatalogueEntry | None:
    try:
        return make_entry(row, details)
    except RowUnusable as error:
        tell_not_indexed(error)
        return None


def _put_what_is_taken(copy: Copy, entries: Sequence[CatalogueEntry]) -> None:
    try:
        copy.put(entries, again=True)
    except EntryRefused as error:
        tell_not_indexed(error)


def tell_not_indexed(error: RowUnusable | EntryRefused) -> None:
    """For the alarm and whoever follows it: `reindex` writes the row again once the reason is mended."""
    logger.error("agent not indexed", extra={"reason": str(error)})
    count("AgentsNotIndexed")
