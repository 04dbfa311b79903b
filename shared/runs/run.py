"""A stored run: one execution of an agent for any kind of client, with its state and its recorded effects.

queued → starting (a worker holds the lease, no task yet) → running → succeeded | failed. Only the worker that holds the
lease can write, so a message that arrives twice performs nothing twice.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from shared.runs.loop import RUN_DEADLINE_SECONDS, Recorded
from shared.runs.tasks import RunnableAgent
from shared.specs.effects import Effect, RunError
from shared.specs.spec import Capabilities
from shared.values import Frozen, Json

LEASE_SECONDS = 160.0
"""A worker that does not renew its lease for this long counts as dead. Starting a task or performing one effect takes
less.
"""
INVALID_INPUT = "invalid_input"
"""The agent's own refusal of an input that fits its schema. Such a run is not counted."""
UNCLAIMED_SECONDS = 30.0
"""The message of a run that stays queued for longer than this counts as lost."""


class Origin(StrEnum):
    """Who asked for a run: a visitor trying the agent, a customer, a customer's schedule, or a client of `/mcp`."""

    DEMO = "demo"
    CUSTOMER = "customer"
    SCHEDULE = "schedule"
    MCP = "mcp"


class RunState(StrEnum):
    """How a run stands; the last two are its ends."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


ENDED = frozenset({RunState.SUCCEEDED, RunState.FAILED})


class StoredRun(Frozen):
    """Times are epoch seconds; from `expires_at` on the run may be gone at any time.

    `recorded` are the effects that have a result, in call order. `intents` are effects that a worker began to perform
    and that have no result: see `unfinished_effects`. A demo's start counts against the limits of `address`.
    """

    run_id: str
    origin: Origin
    slug: str
    version: int
    image_digest: str
    capabilities: Capabilities
    input: dict[str, Json]
    address: str | None = None
    request_id: str
    created_at: float
    expires_at: int
    state: RunState = RunState.QUEUED
    queued_at: float
    attempt: str | None = None
    lease_until: float = 0.0
    recorded: tuple[Recorded, ...] = ()
    intents: tuple[Effect, ...] = ()
    output: dict[str, Json] | None = None
    error: RunError | None = None
    models: tuple[str, ...] = ()
    ended_at: float | None = None

    @property
    def deadline_at(self) -> float:
        return self.created_at + RUN_DEADLINE_SECONDS

    @property
    def runnable(self) -> RunnableAgent:
        return RunnableAgent(slug=self.slug, version=self.version, image_digest=self.image_digest)

    def is_stalled(self, now: float) -> bool:
        """True if no worker has the run although it could still succeed: its message was lost, or its worker died."""
        if self.state in ENDED or now >= self.deadline_at:
            return False
        if self.state is RunState.QUEUED:
            return now >= self.queued_at + UNCLAIMED_SECONDS
        return now >= self.lease_until


class RunLeaseLost(Exception):
    """Another worker continues this run, or the run has ended: the write of this worker is refused."""


class RunBusy(Exception):
    """Another worker holds the run now. Try again later, in case that worker dies."""


class RunsRepository(Protocol):
    """Stores runs. Every write of a worker takes the run as that worker claimed it."""

    def create(self, run: StoredRun) -> None: ...

    def get(self, run_id: str) -> StoredRun | None:
        """The run, by a strongly consistent read. None also if the run has expired."""
        ...

    def state(self, run_id: str) -> RunState | None:
        """Like `get`, but returns only the state: cheap enough to call often."""
        ...

    def claim(self, run_id: str, attempt: str, now: float) -> StoredRun | None:
        """Take the lease of a queued run, or of a run whose lease ran out. None if neither applies.

        Repeatable: if the answer of a claim was lost, the same attempt may claim the run again.
        """
        ...

    def mark_started(self, run: StoredRun, now: float) -> None:
        """starting → running. Like all methods below, raises RunLeaseLost."""
        ...

    def intend(self, run: StoredRun, effect: Effect, now: float) -> None:
        """Store that the effect is about to be performed, and renew the lease."""
        ...

    def record(self, run: StoredRun, recorded: Recorded, now: float, models: Sequence[str] = ()) -> None:
        """Replace the intent by the effect's result, store all models that have answered so far, and renew the
        lease.
        """
        ...

    def finish(
        self, run: StoredRun, now: float, *, output: dict[str, Json] | None = None, error: RunError | None = None
    ) -> None:
        """Succeeded with the output, or failed with the error."""
        ...

    def requeue(self, run: StoredRun, now: float) -> bool:
        """Queue a stalled run again, unless it changed since it was read. False if it did change; never raises."""
        ...


class RunQueue(Protocol):
    def send(self, run_id: str, request_id: str) -> None: ...
