"""State survives a kill -9 but for the last seconds: every five seconds of activity a forked child writes all of it.

The fork is the snapshot: it happens on the event loop, between two requests, and costs the emulator a few milliseconds.
The child writes into a new folder and gives it its name at the end, so a checkpoint is whole or not there. Saving from
a thread instead meets dictionaries that change under it.
"""

import asyncio
import copy
import gc
import logging
import os
import shutil
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from local.parent_death import die_with_parent

logger = logging.getLogger("mam.checkpoints")

INTERVAL_SECONDS = 5.0
# A lock that another thread held at the moment of the fork is held forever in the child; the next one fares better.
CHILD_SECONDS = 30.0
KEPT = 3

Save = Callable[[Path], None]


class Checkpoints:
    """Folders below `root`, named by the time they were made. If `root` is removed, no more are written."""

    def __init__(self, root: Path, save: Save, *, interval: float = INTERVAL_SECONDS) -> None:
        self._root = root
        self._save = save
        self._interval = interval
        self._dirty = False
        self._task: asyncio.Task[None] | None = None
        root.mkdir(parents=True, exist_ok=True)
        for unfinished in root.glob("*.new"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def touch(self) -> None:
        """Something may have changed; only then is there a next checkpoint."""
        self._dirty = True

    def start(self) -> None:
        """Only once the saved state was loaded: an empty checkpoint must never take the place of a full one."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def finish(self) -> None:
        """The last one, at shutdown; the emulator waits for it. One that never started has nothing to keep."""
        if self._task is None:
            return
        self._task.cancel()
        pid = self._fork()
        give_up = time.monotonic() + CHILD_SECONDS
        while not self._ended(pid):
            if time.monotonic() > give_up:
                self._give_up(pid)
                return
            time.sleep(0.005)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._interval)
            if self._dirty:
                await self.write()

    async def write(self) -> None:
        """One checkpoint of this moment; returns when it is on disk."""
        self._dirty = False
        pid = self._fork()
        give_up = time.monotonic() + CHILD_SECONDS
        try:
            while not self._ended(pid):
                if time.monotonic() > give_up:
                    self._give_up(pid)
                    return
                await asyncio.sleep(0.02)
        except asyncio.CancelledError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise

    def _fork(self) -> int:
        parent = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            _become_writer(parent)
            self._write_and_swap()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)

    def _write_and_swap(self) -> None:
        folder = self._root / f"{time.time_ns():020d}"
        unfinished = folder.with_suffix(".new")
        try:
            self._save(unfinished)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)  # a full disk needs the room
            raise
        unfinished.rename(folder)
        for old in self.complete()[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def complete(self) -> list[Path]:
        """The oldest first."""
        return sorted(each for each in self._root.iterdir() if each.name.isdigit())

    def _ended(self, pid: int) -> bool:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended and status:
            self._dirty = True
            logger.error("a checkpoint failed (status %s); the one before it stays", status)
        return bool(ended)

    def _give_up(self, pid: int) -> None:
        self._dirty = True
        logger.error("a checkpoint took longer than %s s and was given up", CHILD_SECONDS)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _become_writer(parent: int) -> None:
    """A copy of the emulator that only writes: it keeps no connection open, and no collector copies its pages."""
    gc.disable()
    gc.freeze()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    signal.set_wakeup_fd(-1)
    os.closerange(3, 1 << 16)
    die_with_parent(parent)
    os.nice(5)
    # Services copy their state before they hand it out, for fear of changes meanwhile. Nothing changes in here.
    copy.deepcopy = lambda value, _memo=None: value
