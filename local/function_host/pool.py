"""Which environment answers which call: one call at a time each, reused while warm, retired when idle or outdated."""

import asyncio
import contextlib
import json
import shutil
import socket
import tempfile
import time
from dataclasses import dataclass, field, replace
from io import BufferedRandom
from pathlib import Path
from typing import IO, Any

from local.function_host import frames
from local.function_host.deployment import Deployment, Invocation, Outcome, failure
from local.function_host.zygote_link import ZygoteLink

MAX_LOG_BYTES = 256 * 1024
INIT_SECONDS = 60.0


@dataclass(frozen=True)
class Limits:
    """`alive` caps all environments, `idle` those that wait, `idle_seconds` how long they may.

    Without `preload` the host starts at once, and each environment imports for itself.
    """

    alive: int = 48
    idle: int = 6
    idle_seconds: float = 60.0
    wait_seconds: float = 10.0
    preload: bool = True


@dataclass(eq=False)
class Environment:
    name: str
    key: bytes
    deployment: Deployment
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    log: IO[bytes]
    scratch: str
    idle_since: float = 0.0
    ready: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def initialised(self) -> None:
        """Its modules are imported. That takes what it takes: a function's timeout begins with its first line."""
        if not self.ready:
            async with asyncio.timeout(INIT_SECONDS):
                await self.read()
            self.ready = True

    async def read(self) -> bytes:
        header = await self.reader.readexactly(frames.HEADER_SIZE)
        return await self.reader.readexactly(frames.frame_length(header))

    def take_log(self) -> str:
        """What it wrote since the last call, shortened in the middle when it is very long."""
        self.log.seek(0)
        written = self.log.read()
        self.log.seek(0)
        self.log.truncate()
        if len(written) > MAX_LOG_BYTES:
            half = MAX_LOG_BYTES // 2
            written = written[:half] + b"\n[... the middle of a long log was dropped ...]\n" + written[-half:]
        return written.decode("utf-8", "replace")


class Throttled(Exception):
    """Every environment is busy and stays so."""


class Pool:
    def __init__(self, scratch_root: Path, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._scratch_root = scratch_root
        self._idle: list[Environment] = []
        self._alive: dict[str, Environment] = {}
        self._known: dict[str, Environment] = {}
        self._tasks: set[asyncio.Future[Any]] = set()
        self._current: dict[str, bytes] = {}
        self._released = asyncio.Condition()
        self._zygote: ZygoteLink | None = None
        self._counter = 0
        self._starting = 0

    async def start(self) -> None:
        shutil.rmtree(self._scratch_root, ignore_errors=True)
        self._scratch_root.mkdir(parents=True)
        self._zygote = await ZygoteLink.open(self._environment_ended, preload=self._limits.preload)

    async def wait_ready(self) -> None:
        assert self._zygote is not None
        await self._zygote.ready.wait()

    @property
    def ready(self) -> bool:
        return self._zygote is not None and self._zygote.ready.is_set()

    def counts(self) -> dict[str, int]:
        return {"alive": len(self._alive), "idle": len(self._idle)}

    async def close(self) -> None:
        if self._zygote is not None:
            await self._zygote.close()
        shutil.rmtree(self._scratch_root, ignore_errors=True)

    async def invoke(self, key: bytes, invocation: Invocation, event: bytes) -> tuple[Outcome, bytes]:
        deployment = Deployment.from_bytes(key)
        await self._make_current(key, deployment.name)
        try:
            environment = await self._acquire(key, deployment)
        except Throttled:
            payload = json.dumps({"Reason": "ConcurrentInvocationLimitExceeded", "message": "Rate Exceeded."}).encode()
            return Outcome(function_error="Unhandled", throttled=True), payload
        return await self._call(environment, invocation, event)

    async def _make_current(self, key: bytes, name: str) -> None:
        """Idle environments of an earlier deployment go at once, busy ones when their call ends."""
        if self._current.get(name) == key:
            return
        self._current[name] = key
        for environment in [each for each in self._idle if each.deployment.name == name and each.key != key]:
            await self._end(environment)

    async def _call(self, environment: Environment, invocation: Invocation, event: bytes) -> tuple[Outcome, bytes]:
        try:
            await environment.initialised()
            allowed = environment.deployment.timeout_seconds
            head = replace(invocation, deadline=time.time() + allowed).to_bytes()
            async with asyncio.timeout(allowed):
                environment.writer.write(frames.framed(frames.pack(head, event)))
                await environment.writer.drain()
                message = await environment.read()
        except TimeoutError:
            log = await self._end(environment)
            seconds = environment.deployment.timeout_seconds
            text = f"RequestId: {invocation.request_id} Error: Task timed out after {seconds}.00 seconds"
            return Outcome(function_error="Unhandled", log=f"{log}{text}\n"), failure("Sandbox.Timedout", text)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            log = await self._end(environment)
            text = f"RequestId: {invocation.request_id} Error: Runtime exited without providing a reason"
            return Outcome(function_error="Unhandled", log=f"{log}{text}\n"), failure("Runtime.ExitError", text)
        except asyncio.CancelledError:
            await asyncio.shield(self._end(environment))
            raise
        head, payload = frames.unpack(message)
        outcome = Outcome.from_bytes(head)
        log = environment.take_log()
        if outcome.ends_environment:
            await self._end(environment)
        else:
            await self._release(environment)
        return Outcome(function_error=outcome.function_error, log=log), payload

    async def _acquire(self, key: bytes, deployment: Deployment) -> Environment:
        give_up = time.monotonic() + self._limits.wait_seconds
        while True:
            for environment in reversed(self._idle):
                if environment.key == key and not environment.ended.is_set():
                    self._idle.remove(environment)
                    return environment
            if len(self._alive) + self._starting >= self._limits.alive and self._idle:
                await self._end(self._idle[0])
            if len(self._alive) + self._starting < self._limits.alive:
                return await self._spawn(key, deployment)
            async with self._released:
                try:
                    await asyncio.wait_for(self._released.wait(), give_up - time.monotonic())
                except TimeoutError:
                    raise Throttled from None

    async def _release(self, environment: Environment) -> None:
        environment.idle_since = time.monotonic()
        if self._current.get(environment.deployment.name) != environment.key:
            await self._end(environment)
            return
        self._idle.append(environment)
        async with self._released:
            self._released.notify()
        if len(self._idle) > self._limits.idle:
            await self._end(self._idle[0])

    async def retire_idle(self) -> None:
        """Ends what has waited too long; called every few seconds."""
        oldest = time.monotonic() - self._limits.idle_seconds
        for environment in [each for each in self._idle if each.idle_since < oldest]:
            await self._end(environment)

    async def _spawn(self, key: bytes, deployment: Deployment) -> Environment:
        assert self._zygote is not None
        self._counter += 1
        name = f"{deployment.name}-{self._counter}"
        scratch = str(self._scratch_root / name)
        Path(scratch).mkdir()
        log: BufferedRandom = tempfile.TemporaryFile()  # noqa: SIM115  closed when the environment ends
        ours, theirs = socket.socketpair()
        self._starting += 1
        try:
            with theirs:
                await self._zygote.fork(name, key, scratch, theirs.fileno(), log.fileno())
            reader, writer = await asyncio.open_connection(sock=ours, limit=1 << 20)
        finally:
            self._starting -= 1
        environment = Environment(name, key, deployment, reader, writer, log, scratch)
        self._alive[name] = self._known[name] = environment
        return environment

    async def _end(self, environment: Environment) -> str:
        """Kills it and everything it started; the rest of its log."""
        if environment in self._idle:
            self._idle.remove(environment)
        if self._alive.pop(environment.name, None) is None:
            return ""
        assert self._zygote is not None
        await self._zygote.kill(environment.name)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(environment.ended.wait(), 2)
        environment.writer.close()
        log = environment.take_log()
        environment.log.close()
        shutil.rmtree(environment.scratch, ignore_errors=True)
        async with self._released:
            self._released.notify()
        return log

    def _environment_ended(self, name: str) -> None:
        environment = self._known.pop(name, None)
        if environment is None:
            return
        environment.ended.set()
        if environment in self._idle:
            task = asyncio.ensure_future(self._end(environment))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
