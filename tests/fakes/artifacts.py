"""An S3 bucket in a dict, behind the same methods."""

from functools import cached_property
from typing import Any

from shared.adapters.artifacts import ArtifactMissing, Artifacts


class FakeArtifacts(Artifacts):
    def __init__(self) -> None:
        super().__init__("fake")
        self.objects: dict[str, bytes] = {}

    @cached_property
    def _s3(self) -> Any:
        raise AssertionError("the fake bucket never calls out")

    def put_bytes(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> str:
        self.objects[key] = bytes(data)
        return key

    def get_bytes(self, key: str, part: tuple[int, int] | None = None) -> bytes:
        if key not in self.objects:
            raise ArtifactMissing(key)
        first, size = part or (0, len(self.objects[key]))
        return self.objects[key][first : first + size]

    def _put_new(self, key: str, data: bytes) -> bool:
        return self.objects.setdefault(key, data) is data

    def exists(self, key: str) -> bool:
        return key in self.objects

    def ping(self) -> None:
        pass
