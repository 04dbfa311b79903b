"""What every store of the catalogue's snapshot promises: one suite for the object in S3 and for its fake."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.catalogue.searchable import make_searchable
from shared.catalogue.snapshot import ATTEMPTS, CatalogueEntry, Snapshot, SnapshotCopy, SnapshotStore
from tests.fakes.listings import a_listing, some_listings


def an_entry(slug: str = "invoice-chaser", version: int = 1, **changes: Any) -> CatalogueEntry:
    listing = a_listing(slug, **changes)
    return CatalogueEntry(
        slug, version, make_searchable(listing, description="Sends reminders", use_cases=("Chasing invoices",))
    )


def stored(store: SnapshotStore) -> tuple[Snapshot, str | None]:
    found = store.read()
    assert found is not None
    assert found.snapshot is not None
    return found.snapshot, found.revision


class SnapshotStoreContract:
    """A subclass gives the fixture `store`: an empty one."""

    def test_an_empty_store_holds_an_empty_snapshot(self, store: SnapshotStore) -> None:
        assert stored(store) == (Snapshot(), None)

    def test_it_is_read_as_it_was_written(self, store: SnapshotStore) -> None:
        written = Snapshot().with_changes([an_entry(one.slug, 3) for one in some_listings()])
        written = written.with_changes([CatalogueEntry("price-watch", 4)])
        assert store.write(written, None)
        found, revision = stored(store)
        assert (found, revision is None) == (written, False)
        assert found.listings == written.listings

    def test_what_did_not_change_is_not_sent_again(self, store: SnapshotStore) -> None:
        store.write(Snapshot(), None)
        _, revision = stored(store)
        assert store.read(revision) is None
        store.write(Snapshot().with_changes([an_entry()]), revision)
        assert store.read(revision) is not None

    def test_it_is_written_only_in_place_of_what_was_read(self, store: SnapshotStore) -> None:
        first = Snapshot().with_changes([an_entry(version=1)])
        assert store.write(first, None)
        assert not store.write(Snapshot(), None)
        _, revision = stored(store)
        second = first.with_changes([an_entry(version=2)])
        assert store.write(second, revision)
        assert not store.write(first, revision)
        assert stored(store)[0] == second

    def test_of_changes_made_at_once_none_is_lost(self, store: SnapshotStore) -> None:
        names = [f"agent-{number}" for number in range(ATTEMPTS // 2)]
        with ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda name: SnapshotCopy(store).put([an_entry(name)]), names))
        assert done == [1] * len(names)
        assert set(stored(store)[0].entries) == set(names)
