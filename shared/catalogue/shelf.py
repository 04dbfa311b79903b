"""The source of lists: the search index, or the snapshot if there is no index or it is down. A flag says which."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.catalogue.query import Catalog, CatalogPage, CatalogQuery, CatalogUnavailable, count_categories, select
from shared.catalogue.snapshot import Snapshot, SnapshotStore
from shared.catalogue.wording import Vocabulary, understand_words
from shared.errors import DomainProblem
from shared.specs.spec import Category

FRESH_SECONDS = 2.0
"""How long a page is answered from memory. The index itself shows a change only after a second."""
PAGES_IN_MEMORY = 128
RETRY_SEARCH_AFTER_SECONDS = 5.0
SNAPSHOT_FRESH_SECONDS = 5.0
VOCABULARY_FRESH_SECONDS = 60.0
"""Longer than FRESH_SECONDS: with an index, the snapshot only provides the words and their rarity."""


class ListsUnavailable(DomainProblem):
    status = 503
    type = "catalogue-unavailable"
    title = "The catalogue cannot be listed at the moment"

    def __init__(self) -> None:
        super().__init__("Try again in a few seconds.", headers={"Retry-After": "5"})


@dataclass(frozen=True, eq=False)
class ShelfPage:
    """One page of a list. The same query gets the same object while it is fresh, so callers may cache what they
    derive.
    """

    page: CatalogPage
    degraded: bool


@dataclass(frozen=True)
class CountedCategories:
    counts: Mapping[Category, int]
    degraded: bool


class KnownSnapshot:
    """The snapshot in memory. A stale snapshot is requested again, but only transferred again if it changed."""

    def __init__(self, store: SnapshotStore, clock: Callable[[], float]) -> None:
        self._store, self._clock = store, clock
        self._known: Snapshot | None = None
        self._revision: str | None = None
        self._asked_at = 0.0

    def current(self, fresh_seconds: float) -> Snapshot:
        """The snapshot. Raises CatalogUnavailable if it cannot be read now and was never read before."""
        if self._known is None or self._clock() >= self._asked_at + fresh_seconds:
            self._ask()
        if self._known is None:
            raise CatalogUnavailable("the snapshot cannot be read")
        return self._known

    def _ask(self) -> None:
        try:
            stored = self._store.read(self._revision)
        except CatalogUnavailable:
            if self._known is None:
                raise
        else:
            if stored is not None and stored.snapshot is not None:
                self._known, self._revision = stored.snapshot, stored.revision
        self._asked_at = self._clock()


class Shelf:
    """Makes at most two outside calls per query. After a failure the index is not called for a moment, so that not
    every caller waits for it. `catalog` is None if search is switched off.
    """

    def __init__(
        self,
        catalog: Catalog | None,
        snapshot: SnapshotStore,
        *,
        clock: Callable[[], float] = time.monotonic,
        failed: Callable[[CatalogUnavailable], None] = lambda _error: None,
    ) -> None:
        self._catalog, self._clock, self._failed = catalog, clock, failed
        self._snapshot = KnownSnapshot(snapshot, clock)
        self._search_again_at = 0.0
        self._pages: dict[CatalogQuery, tuple[float, ShelfPage]] = {}

    def search(self, query: CatalogQuery) -> ShelfPage:
        known = self._pages.get(query)
        if known is not None and self._clock() < known[0]:
            return known[1]
        if self._catalog is not None and self._may_ask_index():
            try:
                found = self._catalog.search(query, understand_words(query.q, self._read_vocabulary(query)))
                return self._remember(query, ShelfPage(found, degraded=False))
            except CatalogUnavailable as error:
                self._leave_alone(error)
        snapshot = self._load_snapshot()
        found = select(snapshot.listings, query, understand_words(query.q, snapshot.vocabulary))
        shown = ShelfPage(found, degraded=True)
        return shown if self._catalog is not None else self._remember(query, shown)

    def categories(self) -> CountedCategories:
        if self._catalog is not None and self._may_ask_index():
            try:
                return CountedCategories(self._catalog.categories(), degraded=False)
            except CatalogUnavailable as error:
                self._leave_alone(error)
        listings = self._load_snapshot().listings
        return CountedCategories(count_categories(one.listing.category for one in listings), degraded=True)

    def _read_vocabulary(self, query: CatalogQuery) -> Vocabulary:
        """The vocabulary of the snapshot. Without a snapshot it is empty: words match only as written and weigh the
        same.
        """
        if not query.q:
            return Vocabulary()
        try:
            return self._snapshot.current(VOCABULARY_FRESH_SECONDS).vocabulary
        except CatalogUnavailable:
            return Vocabulary()

    def _load_snapshot(self) -> Snapshot:
        try:
            return self._snapshot.current(SNAPSHOT_FRESH_SECONDS)
        except CatalogUnavailable as error:
            self._failed(error)
            raise ListsUnavailable from error

    def _remember(self, query: CatalogQuery, shown: ShelfPage) -> ShelfPage:
        if len(self._pages) >= PAGES_IN_MEMORY:
            self._pages.clear()
        self._pages[query] = (self._clock() + FRESH_SECONDS, shown)
        return shown

    def _may_ask_index(self) -> bool:
        return self._clock() >= self._search_again_at

    def _leave_alone(self, error: CatalogUnavailable) -> None:
        self._search_again_at = self._clock() + RETRY_SEARCH_AFTER_SECONDS
        self._failed(error)
