"""Writing only where nothing is: the bucket and its fake promise the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from shared.adapters.artifacts import ArtifactMissing, Artifacts
from tests.fakes.artifacts import FakeArtifacts

KEY = "scans/scan-1/build.json"


@pytest.fixture(params=["bucket", "fake"])
def artifacts(request: pytest.FixtureRequest) -> Iterator[Artifacts]:
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="artifacts")
        yield Artifacts("artifacts") if request.param == "bucket" else FakeArtifacts()


def test_the_first_to_write_is_who_everybody_finds(artifacts: Artifacts) -> None:
    assert artifacts.put_first(KEY, {"build_id": "one"}) == {"build_id": "one"}
    assert artifacts.put_first(KEY, {"build_id": "two"}) == {"build_id": "one"}
    assert artifacts.put_first("scans/scan-2/build.json", {"build_id": "two"}) == {"build_id": "two"}
    assert artifacts.get_json(KEY) == {"build_id": "one"}


def test_of_many_at_once_all_find_the_same(artifacts: Artifacts) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: artifacts.put_first(KEY, {"build_id": str(number)}), range(16)))
    assert len({str(one) for one in found}) == 1


class Conflicting(Artifacts):
    """S3 as it answers while somebody else's write is under way; it is there after `conflicts` of these answers."""

    def __init__(self, conflicts: int) -> None:
        super().__init__("artifacts")
        self.conflicts = conflicts

    @property
    def _s3(self) -> Any:
        return self

    def put_object(self, **_: Any) -> None:
        if self.conflicts:
            self.conflicts -= 1
            raise ClientError({"Error": {"Code": "ConditionalRequestConflict", "Message": "409"}}, "PutObject")

    def get_object(self, **_: Any) -> None:
        raise ClientError({"Error": {"Code": "NoSuchKey", "Message": "404"}}, "GetObject")


def test_a_write_that_met_another_is_tried_again() -> None:
    assert Conflicting(2).put_first(KEY, {"build_id": "one"}) == {"build_id": "one"}


def test_a_conflict_without_end_is_an_error() -> None:
    with pytest.raises(ArtifactMissing, match="never finish"):
        Conflicting(99).put_first(KEY, {"build_id": "one"})
