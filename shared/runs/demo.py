"""A demo: one run of an agent that anybody may start, with its state, what it recorded, and how it is shown.

queued → starting (a worker holds the lease, no task yet) → running → succeeded | failed. Whoever holds the lease
writes; a worker whose lease ran out cannot write any more, so a message that arrives twice performs nothing twice.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel

from shared.errors import DomainProblem
from shared.runs.loop import RUN_DEADLINE_SECONDS, Recorded
from shared.runs.tasks import RunnableAgent
from shared.specs.effects import Effect, EffectKind, EffectRefused, RunError
from shared.specs.spec import Capabilities
from shared.values import Frozen, Json

KEPT_SECONDS = 24 * 3600
LEASE_SECONDS = 160.0
"""Without a sign of life for so long, a worker is taken for dead: longer than starting a task, or one effect, may
take.
"""
INVALID_INPUT = "invalid_input"
"""The agent's own verdict on an input that its schema let through. Such a demo does not count."""
UNCLAIMED_SECONDS = 30.0
"""A queued demo that no worker took for so long has lost its message."""


class DemoState(StrEnum):
    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


ENDED = frozenset({DemoState.SUCCEEDED, DemoState.FAILED})


class Demo(Frozen):
    """Times are epoch seconds. `recorded` are the effects that have a result, in call order."""

    token: str
    slug: str
    version: int
    image_digest: str
    capabilities: Capabilities
    input: dict[str, Json]
    address: str
    request_id: str
    created_at: float
    state: DemoState = DemoState.QUEUED
    queued_at: float
    attempt: str | None = None
    lease_until: float = 0.0
    recorded: tuple[Recorded, ...] = ()
    output: dict[str, Json] | None = None
    error: RunError | None = None
    models: tuple[str, ...] = ()
    ended_at: float | None = None

    @property
    def deadline_at(self) -> float:
        return self.created_at + RUN_DEADLINE_SECONDS

    @property
    def expires_at(self) -> float:
        return self.created_at + KEPT_SECONDS

    @property
    def runnable(self) -> RunnableAgent:
        return RunnableAgent(slug=self.slug, version=self.version, image_digest=self.image_digest)

    def stalled(self, now: float) -> bool:
        """Whether nobody works on it although it could still end well: its message was lost, or its worker died."""
        if self.state in ENDED or now >= self.deadline_at:
            return False
        if self.state is DemoState.QUEUED:
            return now >= self.queued_at + UNCLAIMED_SECONDS
        return now >= self.lease_until


class DemoNotFound(DomainProblem):
    status = 404
    type = "demo-not-found"
    title = "There is no such demo"

    def __init__(self) -> None:
        super().__init__("No demo has this token, or it is older than a day: results are kept for 24 hours.")


class AgentFailed(DomainProblem):
    status = 502
    type = "agent-failed"
    title = "The agent did not finish"


class LeaseLost(Exception):
    """Another worker continues this demo, or it has ended: whatever this one still wanted to write is void."""


class DemoBusy(Exception):
    """Another worker holds the demo now. Worth another look later, in case it dies."""


class DemosRepository(Protocol):
    def create(self, demo: Demo) -> None: ...

    def get(self, token: str) -> Demo | None:
        """Strongly consistent; None also once it has expired."""
        ...

    def state(self, token: str) -> DemoState | None:
        """As `get`, without what the demo holds: for looking often."""
        ...

    def claim(self, token: str, attempt: str, now: float) -> Demo | None:
        """Take the lease of a queued demo, or of one whose lease ran out. None if there is nothing to take."""
        ...

    def started(self, demo: Demo, now: float) -> None:
        """starting → running. Raises LeaseLost, as all below do."""
        ...

    def intend(self, demo: Demo, effect: Effect, now: float) -> None:
        """Write down that the effect is about to be performed, and renew the lease."""
        ...

    def record(self, demo: Demo, recorded: Recorded, now: float) -> None:
        """Write down its result, and renew the lease."""
        ...

    def finish(
        self,
        demo: Demo,
        now: float,
        *,
        output: dict[str, Json] | None = None,
        error: RunError | None = None,
        models: Sequence[str] = (),
    ) -> None:
        """Succeeded with the output, or failed with the error."""
        ...

    def requeue(self, demo: Demo, now: float) -> bool:
        """A stalled demo, as it was seen → queued again. False if somebody else was faster."""
        ...


class DemoQueue(Protocol):
    def send(self, token: str, request_id: str) -> None: ...


class Notification(BaseModel):
    subject: str
    body: str


class ShownEffect(BaseModel):
    id: int
    kind: EffectKind
    ok: bool
    error: str | None = None


class ShownDemo(BaseModel):
    """A demo as its owner sees it. `memory` and `notifications` are what the agent wrote to a store that is thrown
    away.
    """

    token: str
    status: DemoState
    slug: str
    version: int
    output: dict[str, Json] | None
    error: RunError | None
    effects: tuple[ShownEffect, ...]
    memory: dict[str, Json]
    notifications: tuple[Notification, ...]
    models: tuple[str, ...]
    seconds: float | None


def shown(demo: Demo, now: float) -> ShownDemo:
    """A demo that is past its deadline without an end shows as failed, whatever its worker may still be doing."""
    late = demo.state not in ENDED and now >= demo.deadline_at
    error = RunError(code="deadline", message="the run did not end in time") if late else demo.error
    return ShownDemo(
        token=demo.token,
        status=DemoState.FAILED if late else demo.state,
        slug=demo.slug,
        version=demo.version,
        output=demo.output,
        error=error,
        effects=tuple(_shown_effect(record) for record in demo.recorded),
        memory=memory_of(demo.recorded),
        notifications=notifications_of(demo.recorded),
        models=demo.models,
        seconds=None if demo.ended_at is None else round(demo.ended_at - demo.created_at, 3),
    )


def memory_of(recorded: Sequence[Recorded]) -> dict[str, Json]:
    """The throw-away memory after these effects: what `remember` was allowed to write, last one counts."""
    return {
        record.effect.args["key"]: record.effect.args["value"]
        for record in recorded
        if record.effect.kind is EffectKind.REMEMBER and record.result.ok
    }


def notifications_of(recorded: Sequence[Recorded]) -> tuple[Notification, ...]:
    return tuple(
        Notification(subject=record.effect.args["subject"], body=record.effect.args["body"])
        for record in recorded
        if record.effect.kind is EffectKind.NOTIFY and record.result.ok
    )


def _shown_effect(record: Recorded) -> ShownEffect:
    refused = record.result if isinstance(record.result, EffectRefused) else None
    return ShownEffect(
        id=record.effect.id,
        kind=record.effect.kind,
        ok=refused is None,
        error=refused.error.message if refused else None,
    )
