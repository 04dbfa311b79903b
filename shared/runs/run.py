"""A stored run: one execution of an agent, whoever asked for it, with its state and what it recorded.

queued → starting (a worker holds the lease, no task yet) → running → succeeded | failed. Whoever holds the lease
writes; a worker whose lease ran out cannot write any more, so a message that arrives twice performs nothing twice.
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
"""Without a sign of life for so long, a worker is taken for dead: longer than starting a task, or one effect, may
take.
"""
INVALID_INPUT = "invalid_input"
"""The agent's own verdict on an input that its schema let through. Such a run does not count."""
UNCLAIMED_SECONDS = 30.0
"""A queued run that no worker took for so long has lost its message."""


class Origin(StrEnum):
    """Who asked for a run: anybody trying the agent, a customer, a customer's schedule, or a client of `/mcp`."""

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

    `recorded` are the effects that have a result, in call order. `intents` are those that a worker set out to perform
    and left no result of: see `unfinished_effects`. `address` is who a demo's start counts against.
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
        """True if nobody works on it although it could still end well: its message was lost, or its worker died."""
        if self.state in ENDED or now >= self.deadline_at:
            return False
        if self.state is RunState.QUEUED:
            return now >= self.queued_at + UNCLAIMED_SECONDS
        return now >= self.lease_until


class RunLeaseLost(Exception):
    """Another worker continues this run, or it has ended: whatever this one still wanted to write is void."""


class RunBusy(Exception):
    """Another worker holds the run now. Worth another look later, in case it dies."""


class RunsRepository(Protocol):
    """Every write that a worker makes names the run as that worker claimed it."""

    def create(self, run: StoredRun) -> None: ...

    def get(self, run_id: str) -> StoredRun | None:
        """Strongly consistent; None also once it has expired."""
        ...

    def state(self, run_id: str) -> RunState | None:
        """As `get`, without what the run holds: for looking often."""
        ...

    def claim(self, run_id: str, attempt: str, now: float) -> StoredRun | None:
        """Take the lease of a queued run, or of one whose lease ran out. None if there is nothing to take.

        Repeatable: a claim whose answer was lost on the way is made again by the same attempt.
        """
        ...

    def mark_started(self, run: StoredRun, now: float) -> None:
        """starting → running. Raises RunLeaseLost, as all below do."""
        ...

    def intend(self, run: StoredRun, effect: Effect, now: float) -> None:
        """Write down that the effect is about to be performed, and renew the lease."""
        ...

    def record(self, run: StoredRun, recorded: Recorded, now: float, models: Sequence[str] = ()) -> None:
        """Write down its result in the intent's place, with all models that have answered so far; renew the lease."""
        ...

    def finish(
        self, run: StoredRun, now: float, *, output: dict[str, Json] | None = None, error: RunError | None = None
    ) -> None:
        """Succeeded with the output, or failed with the error."""
        ...

    def requeue(self, run: StoredRun, now: float) -> bool:
        """A stalled run, as it was seen → queued again. False if somebody else was faster; never raises."""
        ...


class RunQueue(Protocol):
    def send(self, run_id: str, request_id: str) -> None: ...
