"""What lists are made from: the search index, and the agents' table while the index is down, with a flag that says
so.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import Catalog, CatalogPage, CatalogQuery, CatalogUnavailable, category_counts, select
from shared.catalogue.repository import AgentsRepository
from shared.specs.spec import Category

FRESH_SECONDS = 2.0
"""A page is answered again from memory for so long: the index itself shows a change after a second."""
PAGES_IN_MEMORY = 128
RETRY_SEARCH_AFTER_SECONDS = 5.0
NEWEST_WITHOUT_SEARCH = 500
"""How many agents a list without the index is made from, the newest first: what one query gives (1 MB)."""


@dataclass(frozen=True, eq=False)
class ShelfPage:
    """The same object for the same question while it is fresh: whoever shows it may keep what was made of it."""

    page: CatalogPage
    degraded: bool


@dataclass(frozen=True)
class CountedCategories:
    counts: Mapping[Category, int]
    degraded: bool


class Shelf:
    """At most two calls out. After a failure the index is left alone for a moment, so that not every caller waits for
    it.
    """

    def __init__(
        self,
        catalog: Catalog,
        agents: AgentsRepository,
        *,
        clock: Callable[[], float] = time.monotonic,
        failed: Callable[[CatalogUnavailable], None] = lambda _error: None,
    ) -> None:
        self._catalog, self._agents, self._clock, self._failed = catalog, agents, clock, failed
        self._search_again_at = 0.0
        self._pages: dict[CatalogQuery, tuple[float, ShelfPage]] = {}

    def search(self, query: CatalogQuery) -> ShelfPage:
        known = self._pages.get(query)
        if known is not None and self._clock() < known[0]:
            return known[1]
        if self._index_may_answer():
            try:
                return self._remembered(query, ShelfPage(self._catalog.search(query), degraded=False))
            except CatalogUnavailable as error:
                self._leave_alone(error)
        return ShelfPage(select(self._published(), query), degraded=True)

    def categories(self) -> CountedCategories:
        if self._index_may_answer():
            try:
                return CountedCategories(self._catalog.categories(), degraded=False)
            except CatalogUnavailable as error:
                self._leave_alone(error)
        return CountedCategories(category_counts(listing.category for listing in self._published()), degraded=True)

    def _remembered(self, query: CatalogQuery, shown: ShelfPage) -> ShelfPage:
        if len(self._pages) >= PAGES_IN_MEMORY:
            self._pages.clear()
        self._pages[query] = (self._clock() + FRESH_SECONDS, shown)
        return shown

    def _index_may_answer(self) -> bool:
        return self._clock() >= self._search_again_at

    def _leave_alone(self, error: CatalogUnavailable) -> None:
        self._search_again_at = self._clock() + RETRY_SEARCH_AFTER_SECONDS
        self._failed(error)

    def _published(self) -> Iterator[ListingSummary]:
        for agent in self._agents.published(NEWEST_WITHOUT_SEARCH).items:
            if agent.summary is not None:
                yield agent.summary
