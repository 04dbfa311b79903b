"""What the snapshot keeps: the newest listings, and which versions of the others it knows."""

from datetime import timedelta

import pytest

from shared.catalogue import snapshot as rules
from shared.catalogue.snapshot import CatalogueEntry, Snapshot, SnapshotContended, SnapshotCopy
from tests.contracts.snapshot_store import an_entry
from tests.fakes.listings import PUBLISHED
from tests.fakes.snapshots import FakeSnapshotStore


def of_day(number: int, version: int = 1) -> CatalogueEntry:
    return an_entry(f"agent-{number}", version, published_at=PUBLISHED + timedelta(days=number))


def test_the_newest_listings_are_kept_and_the_versions_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_LISTINGS", 3)
    found = Snapshot().with_changes([of_day(number) for number in (4, 1, 3, 2, 0)])
    assert list(found.entries) == ["agent-4", "agent-3", "agent-2"]
    assert dict(found.absent) == {"agent-1": 1, "agent-0": 1}
    assert found.with_changes([of_day(1)]) is found
    withdrawn = found.with_changes([CatalogueEntry("agent-4", 2), of_day(1, version=2)])
    assert list(withdrawn.entries) == ["agent-3", "agent-2", "agent-1"]
    assert withdrawn.with_changes([of_day(4)]) is withdrawn


def test_only_so_many_versions_of_what_is_not_shown_are_kept_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_ABSENT", 2)
    found = Snapshot().with_changes([CatalogueEntry(f"agent-{number}", 1) for number in range(4)])
    assert dict(found.absent) == {"agent-2": 1, "agent-3": 1}


def test_a_change_that_is_known_writes_nothing() -> None:
    store = FakeSnapshotStore()
    copy = SnapshotCopy(store)
    assert copy.put([an_entry(version=2)]) == 1
    before = store.snapshot
    assert copy.put([an_entry(version=2), an_entry(version=1)]) == 0
    assert store.snapshot is before


class NeverMine(FakeSnapshotStore):
    def write(self, snapshot: Snapshot, replacing: str | None) -> bool:
        return False


def test_a_snapshot_that_others_always_write_first_is_left_for_later() -> None:
    with pytest.raises(SnapshotContended):
        SnapshotCopy(NeverMine()).put([an_entry()])
