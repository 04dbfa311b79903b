"""S3: the large bodies of the workflows, so that state machines carry keys only."""

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from shared.values import Json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Model = TypeVar("Model", bound=BaseModel)
CONFLICTS = 3


class ArtifactMissing(Exception):
    """The key does not exist: an earlier stage did not finish, or the object's lifetime ended."""


class ArtifactUnreadable(Exception):
    """The object is not the document that its reader expects, so no conclusion may be drawn from it."""

    def __init__(self, key: str, kind: str, errors: int) -> None:
        super().__init__(f"{key} is no {kind}: {errors} of its fields do not fit")


class Artifacts:
    """One bucket. Keys are relative and end in the type of their content (`.json`, `.jsonl`, `.yaml`)."""

    def __init__(self, bucket: str):
        self.bucket = bucket

    @cached_property
    def _s3(self) -> "S3Client":
        from shared.adapters.aws_clients import s3

        return s3()

    def put_bytes(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> str:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType=content_type)
        return key

    def get_bytes(self, key: str, part: tuple[int, int] | None = None) -> bytes:
        """`part`: the first byte and the number of bytes."""
        from botocore.exceptions import ClientError

        try:
            if part is None:
                return self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            first, size = part
            wanted = f"bytes={first}-{first + size - 1}"
            return self._s3.get_object(Bucket=self.bucket, Key=key, Range=wanted)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404"}:
                raise ArtifactMissing(f"s3://{self.bucket}/{key}") from error
            raise

    def put_first(self, key: str, value: Json) -> Json:
        """Write the value unless the key exists, and return the stored value. Of concurrent writers only one
        succeeds.
        """
        for _ in range(CONFLICTS):
            if self._put_new(key, write_canonical_json(value)):
                return value
            with suppress(ArtifactMissing):
                return self.get_json(key)
        raise ArtifactMissing(f"s3://{self.bucket}/{key}: others write there and never finish")

    def _put_new(self, key: str, data: bytes) -> bool:
        """False if the key exists or is being written at this moment."""
        from botocore.exceptions import ClientError

        try:
            self._s3.put_object(Bucket=self.bucket, Key=key, Body=data, ContentType="application/json", IfNoneMatch="*")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"PreconditionFailed", "ConditionalRequestConflict"}:
                return False
            raise
        return True

    def exists(self, key: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            self._s3.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in {"NoSuchKey", "404", "NotFound"}:
                return False
            raise
        return True

    def ping(self) -> None:
        """Raises the SDK's own error if the bucket cannot be reached."""
        self._s3.head_bucket(Bucket=self.bucket)

    def put_addressed(self, prefix: str, data: bytes, suffix: str) -> str:
        """Write once under a key made from the content: `<prefix>/<sha256><suffix>`. A repetition costs one HEAD
        request.
        """
        key = f"{prefix}/{hashlib.sha256(data).hexdigest()}{suffix}"
        return key if self.exists(key) else self.put_bytes(key, data)

    def put_text(self, key: str, text: str) -> str:
        return self.put_bytes(key, text.encode(), "text/plain; charset=utf-8")

    def get_text(self, key: str) -> str:
        return self.get_bytes(key).decode()

    def put_json(self, key: str, value: Json) -> str:
        return self.put_bytes(key, write_canonical_json(value), "application/json")

    def get_json(self, key: str) -> Json:
        return json.loads(self.get_bytes(key))

    def put_model(self, key: str, model: BaseModel) -> str:
        return self.put_json(key, model.model_dump(mode="json"))

    def get_model(self, key: str, kind: type[Model]) -> Model:
        try:
            return kind.model_validate_json(self.get_bytes(key))
        except ValidationError as error:
            raise ArtifactUnreadable(key, kind.__name__, error.error_count()) from error

    def put_lines(self, key: str, models: Sequence[BaseModel]) -> str:
        return self.put_bytes(key, b"".join(map(write_line, models)), "application/x-ndjson")

    def get_lines(self, key: str, kind: type[Model], part: tuple[int, int] | None = None) -> list[Model]:
        return [kind.model_validate_json(line) for line in self.get_bytes(key, part).split(b"\n") if line]


def write_line(model: BaseModel) -> bytes:
    """The model as a line in the format of `put_lines`."""
    return (model.model_dump_json() + "\n").encode()


def read_digest(key: str) -> str:
    """The sha256 in a key from `put_addressed`, which the object's content must match."""
    return key.rpartition("/")[2].partition(".")[0]


def write_canonical_json(value: Json) -> bytes:
    """JSON that is byte for byte the same for the same value, so that content-addressed keys repeat."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
