"""What an agent may ask of the platform, and what comes back: the wire shapes of `POST /run`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.values import Json


class EffectKind(StrEnum):
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

    id: Annotated[int, Field(ge=1, le=10_000)]
    kind: Annotated[EffectKind, Field(strict=False)]
    args: dict[str, Json]


class EffectError(Wire):
    code: str
    message: str


class EffectSucceeded(Wire):
    id: int
    ok: Literal[True] = True
    value: Json


class EffectRefused(Wire):
    """The platform did not perform the effect, or could not; the agent sees it as `EffectFailed` and may carry on."""

    id: int
    ok: Literal[False] = False
    error: EffectError


EffectResult = EffectSucceeded | EffectRefused


class RunError(Wire):
    code: str
    message: str
    field: str | None = None


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
