"""The newest listings in one document: what lists are made from where there is no search index, and while it is down.

Whoever reacts to a change of a row writes the document anew, on the condition that nobody else did meanwhile. A row's
version says which change is newer; the versions of rows that are not shown are kept, so that a late record does not
bring a withdrawn agent back.
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
    """Others wrote the snapshot at every attempt: try again later."""


class EntryRefused(Exception):
    """A copy does not take this entry, now or later: what it holds does not fit."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A row as of `version`; `shown` is None if the agent is not on the shelf."""

    slug: str
    version: int
    shown: SearchableListing | None = None


@dataclass(frozen=True)
class Snapshot:
    """`absent` holds the versions of rows that are not shown, the latest change last."""

    entries: Mapping[str, CatalogueEntry] = field(default_factory=dict[str, CatalogueEntry])
    absent: Mapping[str, int] = field(default_factory=dict[str, int])

    @cached_property
    def listings(self) -> tuple[SearchableListing, ...]:
        return tuple(entry.shown for entry in self.entries.values() if entry.shown is not None)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary.of(self.listings)

    def version(self, slug: str) -> int:
        """0 for a row that it does not know."""
        known = self.entries.get(slug)
        return known.version if known is not None else self.absent.get(slug, 0)

    def with_changes(self, changes: Iterable[CatalogueEntry], *, again: bool = False) -> "Snapshot":
        """This very object if it knows of all changes, or of newer ones. `again` also takes those that it knows."""
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
    """`snapshot` is None if what is stored cannot be read; `revision` is None if nothing is stored."""

    snapshot: Snapshot | None
    revision: str | None


class SnapshotStore(Protocol):
    def read(self, known: str | None = None) -> StoredSnapshot | None:
        """None if it is still at the revision `known`. Raises CatalogUnavailable."""
        ...

    def write(self, snapshot: Snapshot, replacing: str | None) -> bool:
        """False if it is not at the revision `replacing` (None: nothing stored) any more. Raises CatalogUnavailable."""
        ...


class SnapshotCopy:
    """The snapshot as something that follows the table, as the index does."""

    def __init__(self, store: SnapshotStore) -> None:
        self._store = store

    def needs_filling(self) -> bool:
        stored = self._store.read()
        return stored is None or stored.snapshot is None or stored.revision is None

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int:
        """How many of them changed it. Raises SnapshotContended, CatalogUnavailable."""
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
        """It is read as soon as it is written; a table without agents leaves an empty one."""
        self.put(())
