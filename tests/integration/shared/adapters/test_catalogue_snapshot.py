"""The snapshot in S3, and what it does with what it did not write."""

import gzip
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from shared.adapters.catalogue_snapshot import KEY, CatalogueSnapshot
from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.snapshot import SnapshotCopy, StoredSnapshot
from tests.contracts.snapshot_store import SnapshotStoreContract, an_entry, stored

BUCKET = "artifacts"
UNREADABLE = [b"", b"text", *(gzip.compress(text) for text in (b"{}", b'{"format": 0}', b"[]"))]


@pytest.fixture(autouse=True)
def bucket() -> Iterator[None]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield


class TestCatalogueSnapshot(SnapshotStoreContract):
    @pytest.fixture
    def store(self) -> CatalogueSnapshot:
        return CatalogueSnapshot(BUCKET)


@pytest.mark.parametrize("body", UNREADABLE, ids=["empty", "text", "no format", "another format", "a list"])
def test_what_cannot_be_read_is_known_as_such_and_filled_anew(body: bytes) -> None:
    boto3.client("s3").put_object(Bucket=BUCKET, Key=KEY, Body=body)
    store = CatalogueSnapshot(BUCKET)
    found = store.read()
    assert isinstance(found, StoredSnapshot)
    assert found.snapshot is None
    copy = SnapshotCopy(store)
    assert copy.needs_filling()
    copy.put([an_entry()])
    assert not copy.needs_filling()
    assert list(stored(store)[0].entries) == ["invoice-chaser"]


def test_a_bucket_out_of_reach_is_an_unavailable_catalogue() -> None:
    elsewhere = CatalogueSnapshot("no-such-bucket")
    with pytest.raises(CatalogUnavailable):
        elsewhere.read()
    with pytest.raises(CatalogUnavailable):
        elsewhere.write(stored(CatalogueSnapshot(BUCKET))[0], None)
