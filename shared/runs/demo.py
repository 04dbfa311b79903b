"""A demo: a run that anybody may start. Its token is the run's id, and anybody with the token may see the demo."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from shared.errors import DomainProblem
from shared.runs.faults import RETRY_AFTER_SECONDS, Fault, end_run, name_fault
from shared.runs.loop import Recorded
from shared.runs.memory import read_memory
from shared.runs.run import RunState, StoredRun
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


class PlatformFailed(DomainProblem):
    """The demo could not be performed, and is not counted. `extra` holds its token, if it came so far."""

    status = 503
    type = "platform-failed"
    title = "The platform could not run the agent"

    def __init__(self, error: RunError, token: str | None) -> None:
        found = {"code": error.code, "retry_after": RETRY_AFTER_SECONDS} | ({"token": token} if token else {})
        super().__init__(
            f"{error.message}. This demo is not counted.",
            extra=found,
            headers={"retry-after": str(RETRY_AFTER_SECONDS)},
        )


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
    status: Annotated[RunState, Field(description="How it stands: it has ended once it is `succeeded` or `failed`")]
    slug: Annotated[str, Field(description="The agent's name in addresses")]
    version: Annotated[int, Field(description="The version of the agent that ran")]
    output: Annotated[dict[str, Json] | None, Field(description="What came out, once it has succeeded")]
    error: Annotated[RunError | None, Field(description="Why it failed, once it has")]
    fault: Annotated[Fault | None, Field(description="Whose fault that is; only an agent's own is counted")]
    effects: Annotated[tuple[ShownEffect, ...], Field(description="What the agent asked the platform for, in order")]
    memory: Annotated[dict[str, Json], Field(description="What the agent would remember for its next run")]
    notifications: Annotated[tuple[Notification, ...], Field(description="What the agent would have sent the customer")]
    models: Annotated[tuple[str, ...], Field(description="The models that answered the agent")]
    seconds: Annotated[float | None, Field(description="How long it took, once it has ended")]


def show_demo(run: StoredRun, now: float) -> ShownDemo:
    """The demo in its public form. A demo past its deadline without a worker is shown as failed by the platform."""
    run = end_run(run, now)
    return ShownDemo(
        token=run.run_id,
        status=run.state,
        slug=run.slug,
        version=run.version,
        output=run.output,
        error=run.error,
        fault=name_fault(run.error) if run.error else None,
        effects=tuple(_show_effect(record) for record in run.recorded),
        memory=read_memory(run.recorded),
        notifications=list_notifications(run.recorded),
        models=run.models,
        seconds=None if run.ended_at is None else round(run.ended_at - run.created_at, 3),
    )


def list_notifications(recorded: Sequence[Recorded]) -> tuple[Notification, ...]:
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
