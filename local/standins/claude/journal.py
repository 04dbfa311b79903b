"""What was asked of the stand-in: counts per task, and one line per call in a file that starts over when it grows."""

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

LARGEST_FILE_BYTES = 2_000_000


class Journal:
    def __init__(self, path: Path):
        self._path = path
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        path.parent.mkdir(parents=True, exist_ok=True)

    def add(self, task: str, mode: str, *, status: int, usage: dict[str, Any] | None = None) -> None:
        line = {
            "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "task": task,
            "mode": str(mode),
            "status": status,
            "usage": usage,
        }
        with self._lock:
            self._counts[task] += 1
            grown = self._path.exists() and self._path.stat().st_size > LARGEST_FILE_BYTES
            with self._path.open("w" if grown else "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")

    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(sorted(self._counts.items()))
