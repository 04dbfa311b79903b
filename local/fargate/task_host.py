"""Runs tasks: each an address with a listening socket, and behind it one sandbox after the other, each for one run.

A task that ends with the claim it was started for keeps one sandbox for all its runs: they are one party's.
"""

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.fargate.addresses import Addresses
from local.fargate.cgroups import Groups
from local.fargate.images import Image
from local.fargate.isolation import Isolation
from local.fargate.single_use import SingleUse
from local.fargate.slots import Slots

NONCE = "MAM_TASK_NONCE"
SETTLE_SECONDS = 0.3
_log = logging.getLogger("fargate")


@dataclass
class Running:
    """A task. Callers wait at `listener` while it has no `sandbox`: the kernel keeps them until one accepts."""

    name: str
    image: Image
    environment: Mapping[str, str]
    nonce: str
    address: str
    listener: socket.socket
    ended: Callable[[int], None]
    one_run: bool
    sandbox: SingleUse | None = None
    bringing: "asyncio.Task[None] | None" = None


class TaskHost:
    """`keep`: how many prepared sandboxes wait.

    All methods belong to the event loop's thread, which is the main one.
    """

    def __init__(self, isolation: Isolation, folder: Path, logs: Path, *, keep: int = 2) -> None:
        self._keep = keep
        self._addresses = Addresses()
        self._groups = Groups()
        self._slots = Slots(isolation, folder / "slots", logs, self._groups)
        self._waiting: list[SingleUse] = []
        self._running: dict[str, Running] = {}
        self._filling: asyncio.Task[None] | None = None

    @property
    def limits(self) -> str:
        return self._groups.kind

    @property
    def prepared(self) -> int:
        return sum(one.is_loaded for one in self._waiting)

    async def run(
        self,
        name: str,
        image: Image,
        environment: Mapping[str, str],
        ended: Callable[[int], None],
        *,
        one_run: bool = True,
    ) -> str:
        """Starts the image's agent; the address at which it listens from now on. `ended` gets the exit code, once.

        With `one_run` a sandbox serves one run and is never given to another; without it the task has one sandbox, in
        which each call has a fresh process.
        """
        wanted = {**image.environment, **{key: value for key, value in environment.items() if key != NONCE}}
        address, listener = self._addresses.listener()
        task = Running(name, image, wanted, environment.get(NONCE, ""), address, listener, ended, one_run)
        try:
            await self._give_sandbox(task)
        except BaseException:
            listener.close()
            raise
        self._running[name] = task
        return address

    def stop(self, name: str) -> int:
        """The exit code; nothing of the task is left."""
        task = self._running.pop(name, None)
        return 0 if task is None else self._close(task)

    def prepare(self, image: Image) -> None:
        """Keeps sandboxes ready for agents on this image's base; those for another base are let go."""
        for other in [one for one in self._waiting if one.root != image.root]:
            self._waiting.remove(other)
            other.end()
        if self._filling is None or self._filling.done():
            self._filling = asyncio.get_running_loop().create_task(self._fill(image.root, image.environment))

    def close(self) -> None:
        if self._filling is not None:
            self._filling.cancel()
        for task in self._running.values():
            self._close(task)
        for waiting in self._waiting:
            waiting.end()
        self._waiting, self._running = [], {}
        self._slots.close()

    async def _give_sandbox(self, task: Running) -> None:
        """Claims one, prepared or new, for the next run of this task."""
        sandbox = self._take(task.image.root, task.environment) or self._slots.start(task.image.root, task.environment)
        sandbox.when_over = lambda: self._over(task, sandbox)
        sandbox.when_ended = lambda code: self._died(task, sandbox, code)
        try:
            task.image.write_code(sandbox.code)
            await sandbox.serve(task.nonce, task.listener, one_run=task.one_run)
        except BaseException:
            sandbox.end()
            raise
        task.sandbox = sandbox
        self.prepare(task.image)

    def _over(self, task: Running, sandbox: SingleUse) -> None:
        """A run has ended. Its sandbox answers it and is gone; the next one is claimed when somebody calls."""
        if task.sandbox is sandbox:
            task.sandbox = None
            asyncio.get_running_loop().add_reader(task.listener, self._called, task)

    def _called(self, task: Running) -> None:
        asyncio.get_running_loop().remove_reader(task.listener)
        task.bringing = asyncio.get_running_loop().create_task(self._bring(task))

    async def _bring(self, task: Running) -> None:
        try:
            await self._give_sandbox(task)
        except Exception:
            _log.exception("a task got no sandbox for its next run")
            self._gone(task, 1)

    def _died(self, task: Running, sandbox: SingleUse, code: int) -> None:
        """A sandbox that ends before its run does takes the task with it, as a container would."""
        if task.sandbox is sandbox:
            self._gone(task, code)

    def _gone(self, task: Running, code: int) -> None:
        if self._running.pop(task.name, None) is not None:
            self._close(task)
            task.ended(code)

    def _close(self, task: Running) -> int:
        """Takes back all that the task has; the exit code of its sandbox."""
        asyncio.get_running_loop().remove_reader(task.listener)
        if task.bringing is not None:
            task.bringing.cancel()
        task.listener.close()
        sandbox, task.sandbox = task.sandbox, None
        return 0 if sandbox is None else sandbox.end()

    async def _fill(self, root: Path, environment: Mapping[str, str]) -> None:
        """One at a time, and not at once: preparing must not slow down the first answers of what was just started."""
        await asyncio.sleep(SETTLE_SECONDS)
        while len(self._waiting) < self._keep:
            try:
                sandbox = self._slots.start(root, environment)
                sandbox.when_ended = lambda _, sandbox=sandbox: self._waiting.remove(sandbox)
                self._waiting.append(sandbox)
                await sandbox.loaded()
            except Exception:
                _log.exception("a sandbox could not be prepared")
                return

    def _take(self, root: Path, environment: Mapping[str, str]) -> SingleUse | None:
        for sandbox in sorted(self._waiting, key=lambda one: not one.is_loaded):
            if sandbox.root == root and dict(sandbox.environment) == dict(environment):
                self._waiting.remove(sandbox)
                return sandbox
        return None
