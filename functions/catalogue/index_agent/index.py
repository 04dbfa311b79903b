"""From a changed row of `agents` to the search index. Idempotent, whatever arrives twice, late or in the wrong order.

The row's version decides which change is newer: agent versions count up, and whoever changes a published row otherwise
(its figures, taking it off the shelf) raises its `revision` by one, starting from none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import AgentsRepository, AgentStatus

REVISIONS = 1_000_000
PAGE = 200


class Index(Protocol):
    def ensure_index(self) -> bool: ...

    def take_over(self) -> None: ...

    def put(self, listing: ListingSummary, version: int, *, description: str = "") -> bool: ...

    def remove(self, slug: str, version: int) -> bool: ...


class Descriptions(Protocol):
    def get_json(self, key: str) -> Any: ...


@dataclass(frozen=True)
class Row:
    """What the index needs of a row's image. `summary` is null while there is nothing to show."""

    slug: str
    listed: bool
    version: int
    summary: ListingSummary | None = None
    detail_key: str | None = None


def row_of(image: Mapping[str, Any], *, deleted: bool = False) -> Row | None:
    """None for what is no agent (the pointers from opportunities have no status), or was never published."""
    version = int(image.get("version", 0))
    if not image.get("status") or not version:
        return None
    listed = image["status"] == AgentStatus.PUBLISHED and not deleted
    return Row(
        slug=str(image["slug"]),
        listed=listed,
        version=version * REVISIONS + int(image.get("revision", 0)) + deleted,
        summary=ListingSummary.model_validate_json(image["summary"]) if listed else None,
        detail_key=image.get("detail_key"),
    )


def index_row(row: Row, index: Index, descriptions: Descriptions) -> bool:
    """True if the index changed; false if it knew this version, or a newer one."""
    if row.summary is None:
        return index.remove(row.slug, row.version)
    description = str(descriptions.get_json(row.detail_key)["description"]) if row.detail_key else ""
    return index.put(row.summary, row.version, description=description)


def prepare(index: Index, agents: AgentsRepository, descriptions: Descriptions) -> None:
    """Make sure that the index exists; a new one is filled from the table before searches move over to it."""
    if not index.ensure_index():
        return
    cursor: str | None = None
    while True:
        page = agents.published(PAGE, cursor)
        for agent in page.items:
            version = agent.version * REVISIONS + agent.revision
            row = Row(agent.slug, True, version, agent.summary, agent.detail_key)
            index_row(row, index, descriptions)
        cursor = page.next_cursor
        if cursor is None:
            break
    index.take_over()
