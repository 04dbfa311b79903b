"""The fake keeps the promises of the object that it stands in for."""

import pytest

from tests.contracts.snapshot_store import SnapshotStoreContract
from tests.fakes.snapshots import FakeSnapshotStore


class TestFakeSnapshotStore(SnapshotStoreContract):
    @pytest.fixture
    def store(self) -> FakeSnapshotStore:
        return FakeSnapshotStore()
