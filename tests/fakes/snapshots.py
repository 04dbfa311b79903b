"""A snapshot in memory, written only in place of what was read, as the object in S3 is."""

from threading import Lock

from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.snapshot import Snapshot, StoredSnapshot


class FakeSnapshotStore:
    """`reads` counts how often it was asked; `down` makes it raise; `unreadable` is what lies there."""

    def __init__(self) -> None:
        self.snapshot = Snapshot()
        self.down = False
        self.unreadable = False
        self.reads = 0
        self._writes = 0
        self._lock = Lock()

    def read(self, known: str | None = None) -> StoredSnapshot | None:
        with self._lock:
            self._answer()
            self.reads += 1
            if known is not None and known == self._revision:
                return None
            return StoredSnapshot(None if self.unreadable else self.snapshot, self._revision)

    def write(self, snapshot: Snapshot, replacing: str | None) -> bool:
        with self._lock:
            self._answer()
            if replacing != self._revision:
                return False
            self.snapshot, self.unreadable = snapshot, False
            self._writes += 1
            return True

    @property
    def _revision(self) -> str | None:
        return str(self._writes) if self._writes else None

    def _answer(self) -> None:
        if self.down:
            raise CatalogUnavailable("the snapshot is down")
