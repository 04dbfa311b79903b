"""How often the shelf asks for the snapshot, and what it answers when it cannot have it."""

import pytest

from shared.catalogue.query import CatalogQuery
from shared.catalogue.shelf import (
    FRESH_SECONDS,
    SNAPSHOT_FRESH_SECONDS,
    VOCABULARY_FRESH_SECONDS,
    ListsUnavailable,
    Shelf,
)
from shared.catalogue.snapshot import SnapshotCopy
from tests.contracts.snapshot_store import an_entry
from tests.fakes.marketplace import FakeCatalog
from tests.fakes.snapshots import FakeSnapshotStore


class World:
    def __init__(self, *, search: bool) -> None:
        self.now = 100.0
        self.store = FakeSnapshotStore()
        SnapshotCopy(self.store).put([an_entry()])
        self.store.reads = 0
        self.catalog = FakeCatalog(self.store)
        self.shelf = Shelf(self.catalog if search else None, self.store, clock=lambda: self.now)

    def found(self, text: str = "invoices") -> list[str]:
        return [item.slug for item in self.shelf.search(CatalogQuery(q=text)).page.items]


def test_the_snapshot_is_read_once_a_fresh_period_whatever_is_asked() -> None:
    world = World(search=False)
    for number in range(20):
        world.found(f"invoices {number}")
        world.shelf.categories()
    assert world.store.reads == 1
    world.now += SNAPSHOT_FRESH_SECONDS
    world.found()
    world.found("reminders")
    assert world.store.reads == 2


def test_a_change_is_shown_after_a_fresh_period() -> None:
    world = World(search=False)
    assert world.found() == ["invoice-chaser"]
    SnapshotCopy(world.store).put([an_entry("invoice-radar", quality=9.9)])
    world.now += SNAPSHOT_FRESH_SECONDS
    assert world.found() == ["invoice-radar", "invoice-chaser"]


def test_beside_an_index_it_is_read_for_words_only_and_seldom() -> None:
    world = World(search=True)
    world.shelf.search(CatalogQuery())
    assert world.store.reads == 0
    for _ in range(10):
        assert world.found("invioces") == ["invoice-chaser"]
        world.now += FRESH_SECONDS
    assert world.store.reads == 1
    world.now += VOCABULARY_FRESH_SECONDS
    world.found()
    assert world.store.reads == 2


def test_what_was_read_is_answered_from_while_the_snapshot_is_away() -> None:
    world = World(search=False)
    world.found()
    world.store.down = True
    world.now += 1_000
    assert world.found("reminders") == ["invoice-chaser"]


def test_beside_an_index_words_are_found_as_written_without_the_snapshot() -> None:
    world = World(search=True)
    world.store.down = True
    assert world.found("invoices") == ["invoice-chaser"]
    assert world.found("invioces") == []


def test_without_index_and_snapshot_the_caller_is_told_to_come_again() -> None:
    world = World(search=True)
    world.store.down = world.catalog.down = True
    with pytest.raises(ListsUnavailable):
        world.found()
    world.store.unreadable, world.store.down = True, False
    with pytest.raises(ListsUnavailable):
        world.found()
