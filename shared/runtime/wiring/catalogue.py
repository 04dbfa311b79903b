"""Wiring of listings: their table, and the index that finds them."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.agents_table import AgentsTable
    from shared.adapters.catalogue_search import CatalogSearch
    from shared.catalogue.shelf import Shelf


@cache
def agents() -> "AgentsTable":
    """For reading, reserving and rejecting."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table)


@cache
def publishing_agents() -> "AgentsTable":
    """As `agents`, and able to publish, which also writes the table of versions."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table, settings().agent_versions_table)


@cache
def catalog_search() -> "CatalogSearch":
    from shared.adapters.catalogue_search import CatalogSearch

    return CatalogSearch(settings().search_url)


@cache
def shelf() -> "Shelf":
    from shared.catalogue.shelf import Shelf
    from shared.runtime.observability import logger

    def tell(error: Exception) -> None:
        logger.warning("search is down", extra={"reason": str(error)})

    return Shelf(catalog_search(), agents(), failed=tell)
