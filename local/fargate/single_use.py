"""A sandbox for one run, or for all runs of one claim: loaded ahead, given one agent, its nonce and a listening socket,
never given to another."""

import asyncio
import contextlib
import json
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from local.fargate.sandbox import Sandbox

READY_SECONDS = 30.0
LEAVE_SECONDS = 10.0
"""For the last reply to reach its caller."""

_READY, _OVER = b"ready\n", b"over\n"


class SandboxFailed(Exception):
    """It ended while it loaded."""


class SingleUse:
    """`control` leads to the task's program inside; closing it ends one that waits.

    `when_over`: its run has ended, nobody else is served, and callers at the listening socket are for the next one.
    `when_ended` gets the exit code of one that ended by itself, over or not.
    """

    def __init__(
        self,
        name: str,
        root: Path,
        environment: Mapping[str, str],
        folder: Path,
        sandbox: Sandbox,
        control: socket.socket,
    ) -> None:
        self.name = name
        self.root = root
        self.environment = environment
        self.when_over: Callable[[], None] = lambda: None
        self.when_ended: Callable[[int], None] = lambda _: None
        self._folder = folder
        self._sandbox = sandbox
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._loaded: asyncio.Future[None] = self._loop.create_future()
        self._used = False
        self._watch = os.pidfd_open(sandbox.process.pid)
        self._loop.add_reader(self._watch, self._exited)
        self._loop.add_reader(self._control, self._hear)

    @property
    def code(self) -> Path:
        return self._folder / "app"

    @property
    def is_loaded(self) -> bool:
        return self._loaded.done()

    async def loaded(self) -> None:
        await asyncio.wait_for(asyncio.shield(self._loaded), READY_SECONDS)

    async def serve(self, nonce: str, listener: socket.socket, *, one_run: bool) -> None:
        """Its code has been written by now. A second time is a mistake of the caller."""
        assert not self._used, "a sandbox serves one task, and of that one run or one claim"
        self._used = True
        await self.loaded()
        told = json.dumps({"nonce": nonce, "one_run": one_run}).encode() + b"\n"
        socket.send_fds(self._control, [told], [listener.fileno()])

    def end(self) -> int:
        """Kills what is in it and takes back what it was given; a second time does nothing."""
        code = self._sandbox.kill()
        if self._watch >= 0:
            for open_end in (self._watch, self._control):
                self._loop.remove_reader(open_end)
            os.close(self._watch)
            self._control.close()
            self._watch = -1
        if not self._loaded.done():
            self._loaded.set_exception(SandboxFailed(f"a sandbox ended while it loaded: see {self.name}.log"))
            self._loaded.exception()
        shutil.rmtree(self._folder, ignore_errors=True)
        return code

    def _hear(self) -> None:
        said = b""
        with contextlib.suppress(OSError):
            said = self._control.recv(64)
        if said == _READY and not self._loaded.done():
            self._loaded.set_result(None)
        elif said == _OVER:
            self._loop.remove_reader(self._control)
            self._loop.call_later(LEAVE_SECONDS, self.end)
            self.when_over()
        else:
            self._loop.remove_reader(self._control)

    def _exited(self) -> None:
        self.when_ended(self.end())
