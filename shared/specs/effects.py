"""The effects that an agent may ask for, and their results: the wire shapes of `POST /run`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.values import Json


class EffectKind(StrEnum):
    """What can be asked for: a model's answer, a page, memory, a notification, the time."""

    LLM = "llm"
    FETCH = "fetch"
    RECALL = "recall"
    REMEMBER = "remember"
    NOTIFY = "notify"
    NOW = "now"


class Wire(BaseModel):
    """Data that an untrusted agent sends or receives: unknown fields are refused, nothing is coerced."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Effect(Wire):
    """`id` counts the run's effects in call order from 1. `args` by kind: see `mam_agent.Tools`, which sends them."""

    id: Annotated[int, Field(ge=1, le=10_000, description="Counts the run's effects in call order from 1")]
    kind: Annotated[EffectKind, Field(strict=False, description="What it asks for")]
    args: Annotated[dict[str, Json], Field(description="How, by the kind")]


class EffectError(Wire):
    """Why an effect gave nothing."""

    code: Annotated[str, Field(description="Stable slug of the kind of failure")]
    message: Annotated[str, Field(description="What happened")]


class EffectSucceeded(Wire):
    """What the platform gave the agent."""

    id: Annotated[int, Field(description="The effect's")]
    ok: Annotated[Literal[True], Field(description="It was performed")] = True
    value: Annotated[Json, Field(description="What the agent got")]


class EffectRefused(Wire):
    """The platform did not perform the effect, or could not; the agent sees it as `EffectFailed` and may carry on."""

    id: Annotated[int, Field(description="The effect's")]
    ok: Annotated[Literal[False], Field(description="It was not performed")] = False
    error: Annotated[EffectError, Field(description="Why it was not performed")]


EffectResult = EffectSucceeded | EffectRefused


class RunError(Wire):
    """Why a run gave no output."""

    code: Annotated[str, Field(description="Stable slug of the kind of failure")]
    message: Annotated[str, Field(description="What went wrong")]
    field: Annotated[str | None, Field(description="The field of the input that is to blame, if one is")] = None


class Succeeded(Wire):
    status: Literal["succeeded"] = "succeeded"
    output: dict[str, Json]


class Failed(Wire):
    status: Literal["failed"] = "failed"
    error: RunError


class Suspended(Wire):
    status: Literal["suspended"] = "suspended"
    effects: Annotated[tuple[Effect, ...], Field(min_length=1, max_length=64, strict=False)]


Reply = Annotated[Succeeded | Failed | Suspended, Field(discriminator="status")]
"""What a task answers to one call of `POST /run`."""
