"""Crashes at the n-th write, whoever makes it: before it reaches the store, or after but before the writer knew."""

from tests.fakes.artifacts import FakeArtifacts


class Crash(Exception):
    """The process died here."""


class Crashes:
    """Call it before each write. `at` is the number of the write (from 1) that dies; 0 for none."""

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.writes = 0

    def __call__(self, name: str) -> None:
        self.writes += 1
        if self.writes == self.at:
            raise Crash(f"at write {self.writes}: {name}")


class CrashingArtifacts(FakeArtifacts):
    """`late` lets the object arrive before the crash, as when the answer is lost."""

    def __init__(self, crashes: Crashes, *, late: bool = False) -> None:
        super().__init__()
        self._crashes = crashes
        self._late = late

    def put_bytes(self, key: str, data: bytes, content_type: str = "application/octet-stream") -> str:
        if self._late:
            super().put_bytes(key, data, content_type)
        self._crashes(key)
        return super().put_bytes(key, data, content_type)
