"""What a task prints, through a pipe into a file of limited size: a sandbox must not hold a file of this machine."""

import asyncio
import os
from pathlib import Path

MOST_BYTES = 256_000
_PIECE = 65_536


class TaskLog:
    """`writer` is for the task; `close_writer` when the task has it."""

    def __init__(self, file: Path) -> None:
        self._reader, self.writer = os.pipe()
        self._file = file.open("wb")
        self._left = MOST_BYTES
        os.set_blocking(self._reader, False)
        asyncio.get_running_loop().add_reader(self._reader, self._copy)

    def close_writer(self) -> None:
        os.close(self.writer)

    def _copy(self) -> None:
        try:
            data = os.read(self._reader, _PIECE)
        except BlockingIOError:
            return
        if not data:
            asyncio.get_running_loop().remove_reader(self._reader)
            os.close(self._reader)
            self._file.close()
            return
        self._file.write(data[: self._left])
        self._file.flush()
        self._left -= min(len(data), self._left)
