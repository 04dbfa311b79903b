"""A demo: one run of an agent that anybody may start, with its state, what it recorded, and how it is shown.

queued → starting (a worker holds the lease, no task yet) → running → succeeded | failed. Whoever holds the lease
writes; a worker whose lease ran out cannot write any more, so a message that arrives twice performs nothing twice.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, Field

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
    """How a demo stands; the last two are its ends."""

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
    """What the agent would have sent the customer."""

    subject: Annotated[str, Field(description="What it is about, in a line")]
    body: Annotated[str, Field(description="The text")]


class ShownEffect(BaseModel):
    """One thing that the agent asked the platform for."""

    id: Annotated[int, Field(description="Counts the run's effects in call order from 1")]
    kind: Annotated[EffectKind, Field(description="What it asked for")]
    ok: Annotated[bool, Field(description="Whether it got it")]
    error: Annotated[str | None, Field(description="Why not, if it did not")] = None


class ShownDemo(BaseModel):
    """A demo as its owner sees it. `memory` and `notifications` are what the agent wrote to a store that is thrown
    away.
    """

    token: Annotated[str, Field(description="Names this demo; whoever has it may look at it, for 24 hours")]
    status: Annotated[DemoState, Field(description="How it stands: it has ended once it is `succeeded` or `failed`")]
    slug: Annotated[str, Field(description="The agent's name in addresses")]
    version: Annotated[int, Field(description="The version of the agent that ran")]
    output: Annotated[dict[str, Json] | None, Field(description="What came out, once it has succeeded")]
    error: Annotated[RunError | None, Field(description="Why it failed, once it has")]
    effects: Annotated[tuple[ShownEffect, ...], Field(description="What the agent asked the platform for, in order")]
    memory: Annotated[dict[str, Json], Field(description="What the agent would remember for its next run")]
    notifications: Annotated[tuple[Notification, ...], Field(description="What the agent would have sent the customer")]
    models: Annotated[tuple[str, ...], Field(description="The models that answered the agent")]
    seconds: Annotated[float | None, Field(description="How long it took, once it has ended")]


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
