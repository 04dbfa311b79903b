"""Crashes at the n-th write, whoever makes it: before it reaches the store, or after but before the writer knew."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tests.fakes.artifacts import FakeArtifacts

Writing = Callable[[str], AbstractContextManager[Any]]
"""Held around each write of a store, with the write's name."""


class Crash(Exception):
    """The process died here."""


class Crashes:
    """`at` numbers the write (from 1) that dies, 0 for none; `late` lets that write arrive before the crash."""

    def __init__(self, at: int = 0, *, late: bool = False) -> None:
        self.at = at
        self.late = late
        self.writes = 0

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        self.writes += 1
        dies = self.writes == self.at
        if dies and not self.late:
            raise Crash(f"before write {self.writes}: {name}")
        yield
        if dies:
            raise Crash(f"after write {self.writes}: {name}")


class CrashingArtifacts(FakeArtifacts):
    def __init__(self, writing: Writing) -> None:
        super().__init__()
        self._writing = writing

    def put_bytes(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> str:
        with self._writing(key):
            return super().put_bytes(key, data, content_type)
