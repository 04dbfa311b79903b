"""A demo: a run that anybody may start, and that is shown to whoever has its token, which is the run's id."""

from collections.abc import Sequence

from pydantic import BaseModel

from shared.errors import DomainProblem
from shared.runs.loop import Recorded
from shared.runs.performed_effects import memory_of
from shared.runs.run import ENDED, RunState, StoredRun
from shared.specs.effects import EffectKind, EffectRefused, RunError
from shared.values import Json

KEPT_SECONDS = 24 * 3600


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
    status: RunState
    slug: str
    version: int
    output: dict[str, Json] | None
    error: RunError | None
    effects: tuple[ShownEffect, ...]
    memory: dict[str, Json]
    notifications: tuple[Notification, ...]
    models: tuple[str, ...]
    seconds: float | None


def show_demo(run: StoredRun, now: float) -> ShownDemo:
    """A demo that is past its deadline without an end shows as failed, whatever its worker may still be doing."""
    late = run.state not in ENDED and now >= run.deadline_at
    error = RunError(code="deadline", message="the run did not end in time") if late else run.error
    return ShownDemo(
        token=run.run_id,
        status=RunState.FAILED if late else run.state,
        slug=run.slug,
        version=run.version,
        output=run.output,
        error=error,
        effects=tuple(_show_effect(record) for record in run.recorded),
        memory=memory_of(run.recorded),
        notifications=notifications_of(run.recorded),
        models=run.models,
        seconds=None if run.ended_at is None else round(run.ended_at - run.created_at, 3),
    )


def notifications_of(recorded: Sequence[Recorded]) -> tuple[Notification, ...]:
    return tuple(
        Notification(subject=record.effect.args["subject"], body=record.effect.args["body"])
        for record in recorded
        if record.effect.kind is EffectKind.NOTIFY and record.result.ok
    )


def _show_effect(record: Recorded) -> ShownEffect:
    refused = record.result if isinstance(record.result, EffectRefused) else None
    return ShownEffect(
        id=record.effect.id,
        kind=record.effect.kind,
        ok=refused is None,
        error=refused.error.message if refused else None,
    )
