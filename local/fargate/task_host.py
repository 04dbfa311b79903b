"""Runs tasks in sandboxes, some of them prepared before anybody asks: loaded, waiting for their one agent, used
once."""

import asyncio
import contextlib
import json
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from local.fargate.addresses import Addresses
from local.fargate.cgroups import Groups
from local.fargate.images import Image
from local.fargate.isolation import Isolation
from local.fargate.sandbox import Plan, Sandbox, start
from local.fargate.task_log import TaskLog

NONCE = "MAM_TASK_NONCE"
READY_SECONDS = 30.0
SETTLE_SECONDS = 0.3
_log = logging.getLogger("fargate")


@dataclass
class Running:
    """A sandbox with its address. `control` leads to a task that waits for its nonce; closing it ends that task."""

    name: str
    root: Path
    environment: Mapping[str, str]
    address: str
    folder: Path
    sandbox: Sandbox
    listener: socket.socket
    control: socket.socket
    ended: Callable[[int], None] | None = None
    loading: "asyncio.Task[None] | None" = None
    ready: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def code(self) -> Path:
        return self.folder / "app"


class TaskHost:
    """`keep`: how many prepared sandboxes wait. All methods belong to the event loop's thread, which is the main
    one."""

    def __init__(self, isolation: Isolation, folder: Path, logs: Path, *, keep: int = 2) -> None:
        self._isolation = isolation
        self._slots = folder / "slots"
        self._logs = logs
        self._keep = keep
        self._addresses = Addresses()
        self._groups = Groups()
        self._waiting: list[Running] = []
        self._running: dict[str, Running] = {}
        self._filling: asyncio.Task[None] | None = None
        self._count = 0
        shutil.rmtree(self._slots, ignore_errors=True)
        for made in (self._slots, self._logs):
            made.mkdir(mode=0o755, parents=True, exist_ok=True)

    @property
    def limits(self) -> str:
        return self._groups.kind

    @property
    def prepared(self) -> int:
        return sum(one.ready.done() for one in self._waiting)

    async def run(self, name: str, image: Image, environment: Mapping[str, str], ended: Callable[[int], None]) -> str:
        """Starts the image's agent; the address at which it listens from now on. `ended` gets the exit code, once."""
        nonce = environment.get(NONCE, "")
        wanted = {**image.environment, **{key: value for key, value in environment.items() if key != NONCE}}
        task = self._take(image.root, wanted) or self._start(image.root, wanted)
        try:
            image.write_code(task.code)
            await asyncio.wait_for(asyncio.shield(task.ready), READY_SECONDS)
            await asyncio.get_running_loop().sock_sendall(task.control, json.dumps({"nonce": nonce}).encode() + b"\n")
        except BaseException:
            self._end(task)
            raise
        task.ended = ended
        self._running[name] = task
        task.listener.close()
        self.prepare(image)
        return task.address

    def stop(self, name: str) -> int:
        """The exit code; nothing of the task is left."""
        task = self._running.pop(name, None)
        return 0 if task is None else self._end(task)

    def prepare(self, image: Image) -> None:
        """Keeps sandboxes ready for agents on this image's base; those for another base are let go."""
        for other in [one for one in self._waiting if one.root != image.root]:
            self._waiting.remove(other)
            self._end(other)
        if self._filling is None or self._filling.done():
            self._filling = asyncio.get_running_loop().create_task(self._fill(image.root, image.environment))

    def close(self) -> None:
        for task in [*self._waiting, *self._running.values()]:
            self._end(task)
        self._waiting, self._running = [], {}
        shutil.rmtree(self._slots, ignore_errors=True)

    async def _fill(self, root: Path, environment: Mapping[str, str]) -> None:
        """One at a time, and not at once: preparing must not slow down the first answers of what was just started."""
        await asyncio.sleep(SETTLE_SECONDS)
        while len(self._waiting) < self._keep:
            try:
                task = self._start(root, environment)
                self._waiting.append(task)
                await asyncio.wait_for(asyncio.shield(task.ready), READY_SECONDS)
            except Exception:
                _log.exception("a sandbox could not be prepared")
                return

    def _take(self, root: Path, environment: Mapping[str, str]) -> Running | None:
        for task in sorted(self._waiting, key=lambda one: not one.ready.done()):
            if task.root == root and dict(task.environment) == dict(environment) and not _failed(task.ready):
                self._waiting.remove(task)
                return task
        return None

    def _start(self, root: Path, environment: Mapping[str, str]) -> Running:
        self._count += 1
        name = f"t{self._count}"
        self._slots.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._slots))
        folder.chmod(0o755)
        (folder / "app").mkdir(mode=0o755)
        address, listener = self._addresses.listener()
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        log = TaskLog(self._logs / f"{name}.log")
        with theirs:
            plan = Plan(
                root=root,
                code=folder / "app",
                command=_command(listener.fileno(), theirs.fileno()),
                environment=environment,
                descriptors=(listener.fileno(), theirs.fileno()),
            )
            try:
                sandbox = start(self._isolation.bwrap, plan, self._groups, name, output=log.writer)
            finally:
                log.close_writer()
        task = Running(name, root, environment, address, folder, sandbox, listener, ours)
        self._watch(task)
        return task

    def _watch(self, task: Running) -> None:
        """Notices that the task is loaded, and that it ended."""
        loop = asyncio.get_running_loop()

        async def loaded() -> None:
            said = await loop.sock_recv(task.control, 64)
            if said.startswith(b"ready"):
                task.ready.set_result(None)
            elif not task.ready.done():
                task.ready.set_exception(RuntimeError(f"a sandbox ended while it loaded: see {task.name}.log"))
                task.ready.exception()

        task.loading = loop.create_task(loaded())
        watch = os.pidfd_open(task.sandbox.process.pid)

        def over() -> None:
            loop.remove_reader(watch)
            os.close(watch)
            self._ended(task)

        loop.add_reader(watch, over)

    def _ended(self, task: Running) -> None:
        code = self._end(task)
        if task in self._waiting:
            self._waiting.remove(task)
        for name, running in list(self._running.items()):
            if running is task:
                del self._running[name]
        if task.ended is not None:
            ended, task.ended = task.ended, None
            ended(code)

    def _end(self, task: Running) -> int:
        """Kills what is in it and takes back what it was given; a second time does nothing."""
        code = task.sandbox.kill()
        with contextlib.suppress(OSError):
            task.listener.close()
            task.control.close()
        shutil.rmtree(task.folder, ignore_errors=True)
        return code


def _command(listener: int, control: int) -> tuple[str, ...]:
    return ("python", "-m", "mam_agent", "--container", "--fd", str(listener), "--control", str(control))


def _failed(ready: "asyncio.Future[None]") -> bool:
    return ready.done() and ready.exception() is not None
