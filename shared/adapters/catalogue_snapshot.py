"""The snapshot of the catalogue as one compressed object in S3. A write only replaces the revision that was read."""

import gzip
import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.searchable import SearchableListing, SearchField
from shared.catalogue.snapshot import CatalogueEntry, Snapshot, StoredSnapshot

if TYPE_CHECKING:
    from botocore.exceptions import ClientError
    from mypy_boto3_s3 import S3Client

KEY = "catalogue/snapshot.json.gz"
FORMAT = 1
"""Increase this when the document's format changes. A snapshot with another format is rebuilt from the table."""

MISSING = {"NoSuchKey", "404"}
UNCHANGED = {"304", "NotModified"}
# S3 answers 409 while another conditional write is in progress, and 404 if the object to replace is gone.
WRITTEN_BY_OTHERS = {"PreconditionFailed", "ConditionalRequestConflict", "412", "409", *MISSING}


class CatalogueSnapshot:
    """Implements `SnapshotStore`; a revision is the object's ETag."""

    def __init__(self, bucket: str) -> None:
        self._bucket = bucket

    @cached_property
    def _s3(self) -> "S3Client":
        from shared.adapters.aws_clients import s3

        return s3()

    def read(self, known: str | None = None) -> StoredSnapshot | None:
        from botocore.exceptions import BotoCoreError, ClientError

        unless: dict[str, Any] = {"IfNoneMatch": known} if known else {}
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=KEY, **unless)
            return StoredSnapshot(_read_snapshot(found["Body"].read()), found["ETag"])
        except ClientError as error:
            if _read_code(error) in UNCHANGED:
                return None
            if _read_code(error) in MISSING:
                return StoredSnapshot(Snapshot(), None)
            raise CatalogUnavailable(f"snapshot: {_read_code(error)}") from error
        except BotoCoreError as error:
            raise CatalogUnavailable(f"snapshot: {type(error).__name__}") from error

    def write(self, snapshot: Snapshot, replacing: str | None) -> bool:
        from botocore.exceptions import BotoCoreError, ClientError

        condition: dict[str, Any] = {"IfMatch": replacing} if replacing else {"IfNoneMatch": "*"}
        body = _write_document(snapshot)
        try:
            self._s3.put_object(Bucket=self._bucket, Key=KEY, Body=body, ContentType="application/gzip", **condition)
        except ClientError as error:
            if _read_code(error) in WRITTEN_BY_OTHERS:
                return False
            raise CatalogUnavailable(f"snapshot: {_read_code(error)}") from error
        except BotoCoreError as error:
            raise CatalogUnavailable(f"snapshot: {type(error).__name__}") from error
        return True


def _read_code(error: "ClientError") -> str:
    return str(error.response.get("Error", {}).get("Code"))


def _write_document(snapshot: Snapshot) -> bytes:
    document = {
        "format": FORMAT,
        "entries": [_write_entry(entry, entry.shown) for entry in snapshot.entries.values() if entry.shown is not None],
        "absent": dict(snapshot.absent),
    }
    return gzip.compress(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(), mtime=0)


def _read_snapshot(body: bytes) -> Snapshot | None:
    """None if this module did not write the body, or wrote it in another format."""
    try:
        document = json.loads(gzip.decompress(body))
        if document["format"] != FORMAT:
            return None
        entries = [_read_entry(found) for found in document["entries"]]
        return Snapshot({entry.slug: entry for entry in entries}, dict(document["absent"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def _write_entry(entry: CatalogueEntry, shown: SearchableListing) -> dict[str, Any]:
    terms = {field.value: sorted(of_field) for field, of_field in shown.terms.items()}
    return {"version": entry.version, "listing": shown.listing.model_dump(mode="json"), "terms": terms}


def _read_entry(document: Mapping[str, Any]) -> CatalogueEntry:
    listing = ListingSummary.model_validate(document["listing"])
    written = cast(Mapping[str, list[str]], document["terms"])
    terms = {field: frozenset(written[field.value]) for field in SearchField}
    return CatalogueEntry(listing.slug, int(document["version"]), SearchableListing(listing, terms))
