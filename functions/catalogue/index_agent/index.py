"""Copies a changed row of `agents` to the sources of lists: the snapshot and, if there is one, the search index.
Idempotent: changes may arrive twice, late or in the wrong order.

The row's version says which change is newer. The agent's version counts up with each publication. Every other change of
a published row (new figures, a withdrawal) raises its `revision` by one, starting from none.
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
    """The row cannot be listed, because its listing or its detail is broken. A retry changes nothing."""


class Copy(Protocol):
    """A copy that follows the table. Every method may raise CatalogUnavailable. `put` may raise EntryRefused, but only
    after it has written all other entries.
    """

    def needs_filling(self) -> bool: ...

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int: ...

    def take_over(self) -> None: ...


class Details(Protocol):
    def get_json(self, key: str) -> Any: ...


@dataclass(frozen=True)
class Row:
    """The parts of a row that a copy needs. `summary` is None while there is nothing to show."""

    slug: str
    version: int
    summary: ListingSummary | None = None
    detail_key: str | None = None


def read_row(image: Mapping[str, Any], *, deleted: bool = False) -> Row | None:
    """The row; None if it is not an agent (pointers from opportunities have no status) or was never published. Raises
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
    """Like `read_row`, but from an agent that the repository has read."""
    if not agent.version:
        return None
    listed = agent.status is AgentStatus.PUBLISHED
    version = agent.version * REVISIONS + agent.revision
    return Row(agent.slug, version, agent.summary if listed else None, agent.detail_key)


def make_entry(row: Row, details: Details) -> CatalogueEntry:
    """Raises RowUnusable. If S3 cannot be reached, S3's own error is raised."""
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
    """Turn errors of a broken detail into RowUnusable. A missing detail stays missing: details are written before their
    row and deleted only after it.
    """
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, ArtifactMissing) as error:
        raise RowUnusable(f"{str(slug)[:100]}: {type(error).__name__}: {str(error)[:300]}") from error


def fill(copy: Copy, agents: AgentsRepository, details: Details) -> None:
    """Fill a copy that is new, or was not filled completely, from the table before it is read."""
    if copy.needs_filling():
        rebuild([copy], agents, details)


def rebuild(copies: Sequence[Copy], agents: AgentsRepository, details: Details) -> int:
    """Write every row that was ever published into the copies, including withdrawn ones. Returns their number.

    A concurrent change has a higher version and wins, whichever is written first. Rows that cannot be listed are
    skipped and reported, so that one broken row does not prevent the filling of a copy.
    """
    for copy in copies:
        copy.needs_filling()  # creates the copy if it does not exist
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
    """Report the row to the alarm and the operator. `reindex` writes it again after the cause is fixed."""
    logger.error("agent not indexed", extra={"reason": str(error)})
    count("AgentsNotIndexed")
