"""Wiring of listings: their table, the search index and the snapshot."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.agents_table import AgentsTable
    from shared.adapters.catalogue_search import CatalogSearch
    from shared.adapters.catalogue_snapshot import CatalogueSnapshot
    from shared.catalogue.shelf import Shelf
    from shared.catalogue.snapshot import SnapshotCopy


@cache
def agents() -> "AgentsTable":
    """The table of agents, for reading, reserving and rejecting."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table)


@cache
def publishing_agents() -> "AgentsTable":
    """Like `agents`, but also able to publish, which also writes the table of versions."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table, settings().agent_versions_table)


@cache
def catalog_search() -> "CatalogSearch | None":
    """The search index; None if search is switched off."""
    address = settings().search_url
    if address is None:
        return None
    from shared.adapters.catalogue_search import CatalogSearch

    return CatalogSearch(address)


@cache
def catalogue_snapshot() -> "CatalogueSnapshot":
    from shared.adapters.catalogue_snapshot import CatalogueSnapshot

    return CatalogueSnapshot(settings().artifacts_bucket)


@cache
def snapshot_copy() -> "SnapshotCopy":
    from shared.catalogue.snapshot import SnapshotCopy

    return SnapshotCopy(catalogue_snapshot())


@cache
def shelf() -> "Shelf":
    from shared.catalogue.shelf import Shelf
    from shared.runtime.observability import logger

    def tell(error: Exception) -> None:
        logger.warning("lists are degraded", extra={"reason": str(error)})

    return Shelf(catalog_search(), catalogue_snapshot(), failed=tell)
