"""Tasks: the running containers of an agent version, how one is claimed for a run and when it is released.

A task answers one call at a time and holds no session, so a run may change tasks between calls. A claim is a lease in
the table `agent_tasks`: the process that wins the conditional update may call the task until the lease runs out.
"""

import hashlib
import secrets
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from shared.runs.call_bodies import read_reply, write_results
from shared.specs.effects import Effect, EffectResult, Reply
from shared.values import Json

TASK_PORT = 8080
IDLE_SECONDS = 180
LEASE_SECONDS = 360
START_SECONDS = 150
CALL_SECONDS = 15.0
MAX_REPLY_BYTES = 1_200_000


class TaskError(Exception):
    """An error of a task. An error in the agent's answer is never one of these: it is a `Failed` reply."""


class TaskNotReady(TaskError):
    """The platform has no running task for the agent at this moment: none was started, or the task stopped before it
    ran.

    Never the agent's fault, and worth a retry: a new task is started.
    """


class TaskGone(TaskError):
    """The task stopped, or another task answers at its address. Another task can continue the run."""


class TaskBusy(TaskError):
    """The task is serving another call."""


class TaskRefused(TaskError):
    """The platform may not start this task at all; the message gives the reason. A retry changes nothing."""


class TaskStatus(StrEnum):
    IDLE = "idle"
    BUSY = "busy"


class TaskUse(StrEnum):
    """Whom a task serves: any runs, one after the other, or only the claim it was started for and ends with."""

    ANY_RUN = "any-run"
    ONE_CLAIM = "one-claim"


@dataclass(frozen=True)
class RunnableAgent:
    """What a task is started from. `image_digest` (`sha256:…`) identifies the image; slug and version are names for
    people and keys.
    """

    slug: str
    version: int
    image_digest: str

    @property
    def key(self) -> str:
        return f"{self.slug}#{self.version}"


@dataclass(frozen=True)
class AgentTask:
    """`lease` names the claim that may call the task until `lease_until` (epoch seconds)."""

    agent: RunnableAgent
    task_id: str
    nonce: str
    status: TaskStatus
    started_at: float
    used_at: float
    address: str
    port: int = TASK_PORT
    lease: str = ""
    lease_until: float = 0.0

    def is_expired(self, now: float) -> bool:
        """Whether nobody can still be using the task: it was idle for too long, or its claim ran out."""
        if self.status is TaskStatus.IDLE:
            return now - self.used_at >= IDLE_SECONDS
        return now >= self.lease_until


class AgentTasksRepository(Protocol):
    """Rows of `agent_tasks`. Every change is conditional, so that two claims never hold one task."""

    def add(self, task: AgentTask) -> None: ...

    def idle(self, agent: RunnableAgent) -> Sequence[AgentTask]:
        """Idle tasks of exactly this image, most recently used first."""
        ...

    def lease(self, task: AgentTask, lease: str, until: float) -> AgentTask | None:
        """Idle → busy for this lease; None if another claim was faster or the row is gone."""
        ...

    def release(self, task: AgentTask, used_at: float) -> bool:
        """Busy under `task.lease` → idle; False if the lease was lost."""
        ...

    def take_out(self, task: AgentTask) -> bool:
        """Delete the row if its status, lease and used_at are still those of `task`; False otherwise."""
        ...

    def forget(self, task: AgentTask) -> None:
        """Delete the row unconditionally."""
        ...

    def all(self) -> Iterator[AgentTask]: ...


class TaskRunner(Protocol):
    """Starts, finds, calls and stops tasks. On AWS it uses ECS and the forwarding function."""

    def start(self, agent: RunnableAgent, nonce: str, use: TaskUse = TaskUse.ANY_RUN) -> str:
        """Ask for a task and return its id at once. Raises TaskNotReady (capacity, throttling) or TaskRefused.

        `use` tells the runner how strictly to separate the task's runs."""
        ...

    def wait(self, task_id: str, nonce: str, seconds: float) -> str:
        """The task's private address, once the task runs and its server answers to the nonce. Raises TaskNotReady if
        the task does not come up.

        A task that was just started may be unknown for a while: that means it is starting, not gone.
        """
        ...

    def runs(self, task_id: str) -> bool:
        """Whether the task is known to run at this moment. Raises TaskNotReady if that cannot be found out."""
        ...

    def call(self, task: AgentTask, body: Json, seconds: float) -> bytes:
        """POST /run. Raises TaskGone (not reachable, wrong task), TaskBusy, or TaskNotReady if nothing reached it."""
        ...

    def stop(self, task_id: str, reason: str) -> None:
        """Stop the task; do nothing if it is gone already. Raises TaskNotReady if the stop request fails."""
        ...


class ClaimedTask:
    """A task that only this process may call, until the `with` block of `AgentTasks.claimed` ends."""

    def __init__(self, task: AgentTask, runner: TaskRunner) -> None:
        self.task = task
        self.gone = False
        self._runner = runner

    def call(
        self,
        run_id: str,
        input: Json,
        results: Sequence[EffectResult] = (),
        *,
        asked: Sequence[Effect] = (),
        seconds: float = CALL_SECONDS,
    ) -> Reply:
        """One step of a run: the agent's reply to this input and to the results of the effects so far.

        `asked`: the effects that `results` answer. An agent that now asks for another effect under the same number
        fails (`replay_mismatch`) instead of getting the answer to a different request.

        A reply that has none of the protocol's shapes is a `Failed` with code `bad_reply`. Raises TaskGone or TaskBusy.
        """
        body = {"run_id": run_id, "input": input, "results": write_results(results, asked)}
        return read_reply(self.call_raw(body, seconds=seconds))

    def call_raw(self, body: Json, *, seconds: float = CALL_SECONDS) -> bytes:
        """Like `call`, but returns the bytes that the task sent: for probes of the protocol itself."""
        try:
            return self._runner.call(self.task, body, seconds)
        except TaskGone:
            self.gone = True
            raise


class AgentTasks:
    """Claims tasks: a warm task if there is one, else a new one. `clock` is epoch seconds."""

    def __init__(
        self, runner: TaskRunner, repository: AgentTasksRepository, clock: Callable[[], float] = time.time
    ) -> None:
        self._runner = runner
        self._repository = repository
        self._clock = clock

    @contextmanager
    def claimed(
        self, agent: RunnableAgent, *, keep_warm: bool = True, start_seconds: float = START_SECONDS
    ) -> Generator[ClaimedTask]:
        """A running task for this block alone. With `keep_warm` the task stays up for the next claim. Without it, the
        task is a new one and is stopped afterwards.

        Raises TaskNotReady if no task came up within `start_seconds`, TaskRefused if none may be started.
        """
        use = TaskUse.ANY_RUN if keep_warm else TaskUse.ONE_CLAIM
        task = (self._lease_warm(agent) if keep_warm else None) or self._start(agent, use, start_seconds)
        claimed = ClaimedTask(task, self._runner)
        try:
            yield claimed
        finally:
            self._let_go(claimed, keep_warm)

    def _lease_warm(self, agent: RunnableAgent) -> AgentTask | None:
        now = self._clock()
        for task in self._repository.idle(agent):
            leased = self._repository.lease(task, make_lease(), now + LEASE_SECONDS)
            if leased is None:
                continue
            if self._runs(leased):
                return leased
            self._repository.forget(leased)
            self._stop(leased.task_id, "did not run when it was claimed")
        return None

    def _runs(self, leased: AgentTask) -> bool:
        try:
            return self._runner.runs(leased.task_id)
        except TaskNotReady:
            self._repository.release(leased, leased.used_at)
            raise

    def _start(self, agent: RunnableAgent, use: TaskUse, seconds: float) -> AgentTask:
        """Start a task and write its row last, so that the lease begins when the task is usable. Until then the reaper
        leaves the task alone.
        """
        nonce = secrets.token_urlsafe(24)
        task_id = self._runner.start(agent, nonce, use)
        try:
            address = self._runner.wait(task_id, nonce, seconds)
            now = self._clock()
            task = AgentTask(
                agent=agent,
                task_id=task_id,
                nonce=nonce,
                status=TaskStatus.BUSY,
                started_at=now,
                used_at=now,
                address=address,
                lease=make_lease(),
                lease_until=now + LEASE_SECONDS,
            )
            self._repository.add(task)
        except BaseException:
            self._stop(task_id, "did not come up")
            raise
        return task

    def _let_go(self, claimed: ClaimedTask, keep_warm: bool) -> None:
        if keep_warm and not claimed.gone and self._repository.release(claimed.task, self._clock()):
            return
        self._repository.forget(claimed.task)
        self._stop(claimed.task.task_id, "gone" if claimed.gone else "done")

    def _stop(self, task_id: str, reason: str) -> None:
        """Stop the task. A failure to stop it is ignored, so that no work is lost: the reaper stops tasks without a
        row.
        """
        with suppress(TaskNotReady):
            self._runner.stop(task_id, reason)


def make_lease() -> str:
    return secrets.token_hex(8)


def name_family(agent: RunnableAgent, cluster: str) -> str:
    """The task definition's family: one per cluster, agent version and image.

    So a new image never runs under an old definition, or under the definition of another deployment in the account."""
    return f"{cluster}-{agent.slug}-{agent.version}-{hashlib.sha256(agent.image_digest.encode()).hexdigest()[:12]}"
