"""The newest listings in one document. Lists are made from it if there is no search index or the index is down.

Each change of a row rewrites the document, on the condition that nobody else rewrote it meanwhile. A row's version says
which change is newer. The versions of hidden rows are kept, so that a late record does not bring a withdrawn agent
back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.searchable import SearchableListing
from shared.catalogue.wording import Vocabulary

MOST_LISTINGS = 2_000
MOST_ABSENT = 10_000
ATTEMPTS = 20


class SnapshotContended(CatalogUnavailable):
    """Another writer changed the snapshot during every attempt. Try again later."""


class EntryRefused(Exception):
    """A copy of the catalogue rejects this entry for good: its content is invalid there."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A row at `version`. `shown` is None if the agent is not on the marketplace."""

    slug: str
    version: int
    shown: SearchableListing | None = None


@dataclass(frozen=True)
class Snapshot:
    """`absent` holds the versions of rows that are not shown, with the latest change last."""

    entries: Mapping[str, CatalogueEntry] = field(default_factory=dict[str, CatalogueEntry])
    absent: Mapping[str, int] = field(default_factory=dict[str, int])

    @cached_property
    def listings(self) -> tuple[SearchableListing, ...]:
        return tuple(entry.shown for entry in self.entries.values() if entry.shown is not None)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.listings)

    def version(self, slug: str) -> int:
        """The known version of a row; 0 for an unknown row."""
        known = self.entries.get(slug)
        return known.version if known is not None else self.absent.get(slug, 0)

    def with_changes(self, changes: Iterable[CatalogueEntry], *, again: bool = False) -> "Snapshot":
        """The snapshot with the changes; the same object if it holds them all, or newer ones, already. `again` applies
        known changes once more.
        """
        newer = [one for one in changes if self.version(one.slug) < one.version + again]
        if not newer:
            return self
        entries, absent = dict(self.entries), dict(self.absent)
        for one in newer:
            absent.pop(one.slug, None)
            entries.pop(one.slug, None)
            if one.shown is not None:
                entries[one.slug] = one
            else:
                absent[one.slug] = one.version
        return _limit(entries, absent)


def _limit(entries: dict[str, CatalogueEntry], absent: dict[str, int]) -> Snapshot:
    newest = sorted(entries.values(), key=_newest_first)
    for one in newest[MOST_LISTINGS:]:
        absent[one.slug] = one.version
    kept = list(absent.items())[-MOST_ABSENT:]
    return Snapshot({one.slug: one for one in newest[:MOST_LISTINGS]}, dict(kept))


def _newest_first(entry: CatalogueEntry) -> tuple[float, str]:
    assert entry.shown is not None
    return -entry.shown.listing.published_at.timestamp(), entry.slug


@dataclass(frozen=True)
class StoredSnapshot:
    """`snapshot` is None if the stored document cannot be read. `revision` is None if nothing is stored."""

    snapshot: Snapshot | None
    revision: str | None


class SnapshotStore(Protocol):
    def read(self, known: str | None = None) -> StoredSnapshot | None:
        """The stored snapshot; None if its revision is still `known`. Raises CatalogUnavailable."""
        ...

    def write(self, snapshot: Snapshot, replacing: str | None) -> bool:
        """Replace the revision `replacing` (None: nothing is stored). False if the stored revision is another one.
        Raises CatalogUnavailable.
        """
        ...


class SnapshotCopy:
    """The snapshot as a copy that follows the table, like the index."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store

    def needs_filling(self) -> bool:
        stored = self._store.read()
        return stored is None or stored.snapshot is None or stored.revision is None

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int:
        """Store entries; returns how many of them changed the snapshot. Raises SnapshotContended,
        CatalogUnavailable.
        """
        changes = list(entries)
        for _ in range(ATTEMPTS):
            stored = self._store.read() or StoredSnapshot(None, None)
            before = stored.snapshot or Snapshot()
            after = before.with_changes(changes, again=again)
            if after is before and stored.revision is not None and stored.snapshot is not None:
                return 0
            if self._store.write(after, stored.revision):
                return sum(before.version(one.slug) < one.version + again for one in changes)
        raise SnapshotContended(f"the snapshot was written by others {ATTEMPTS} times")

    def take_over(self) -> None:
        """Write an empty snapshot if none is stored. Nothing else is needed: readers see each write at once."""
        self.put(())
