"""The run loop: call the agent, perform the effects it asks for, and call it again with the results, until the agent
ends or a limit is reached.

The same loop drives the factory's tests and demos; only the performer differs. The agent is untrusted. The loop checks
the shape of its requests (ids in call order, counts, deadline); the performer checks its permissions.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from shared.runs.foreign_addresses import find_answered_addresses, find_foreign_addresses
from shared.runs.refusals import HOST_NOT_ALLOWED, NOT_DECLARED
from shared.specs.effects import (
    Effect,
    EffectError,
    EffectKind,
    EffectRefused,
    EffectResult,
    Failed,
    Reply,
    RunError,
    Succeeded,
    Suspended,
)
from shared.untrusted_text.offers import find_foreign_sales
from shared.values import Frozen, Json

RUN_DEADLINE_SECONDS = 300.0
CALL_SECONDS = 15.0
REPLAY_MISMATCH = "replay_mismatch"
"""The SDK's code for an agent that asks for other effects than were recorded."""

FOREIGN_ADDRESS = "foreign_address"
FOREIGN_OFFER = "foreign_offer"
LASTING = frozenset({EffectKind.NOTIFY, EffectKind.REMEMBER})
"""Effects whose text reaches a reader, at once or in a later run."""


class CallableAgent(Protocol):
    """A claimed task, or anything that behaves like one."""

    def call(
        self,
        run_id: str,
        input: Json,
        results: Sequence[EffectResult] = (),
        *,
        asked: Sequence[Effect] = (),
        seconds: float = CALL_SECONDS,
    ) -> Reply:
        """`asked`: the effects that `results` answer. An agent that now asks for other effects fails with that
        reason.
        """
        ...


class Performer(Protocol):
    """Performs an effect or refuses it. Never raises because of what the agent did."""

    def perform(self, effect: Effect) -> EffectResult: ...


class Recorded(Frozen):
    """An effect with the result the agent got for it. The list of a run's records replays the run."""

    effect: Annotated[Effect, Field(description="What the agent asked for")]
    result: Annotated[EffectResult, Field(description="What it got")]


@dataclass(frozen=True)
class LoopLimits:
    """`calls`: calls of the agent (rounds); `effects`: effects of the whole run; `seconds`: from the first call to the
    last answer.
    """

    calls: int = 32
    effects: int = 64
    seconds: float = RUN_DEADLINE_SECONDS
    call_seconds: float = CALL_SECONDS


class Ending(StrEnum):
    """`failed`: the agent reported its own failure. The other failures are the platform's verdict on how the agent
    ended.
    """

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    LIMIT = "limit"
    VIOLATION = "violation"


@dataclass(frozen=True)
class RunOutcome:
    """`output` if succeeded, else `error`. `seconds` holds the duration of each call of the agent."""

    ending: Ending
    recorded: tuple[Recorded, ...]
    seconds: tuple[float, ...]
    output: dict[str, Json] | None = None
    error: RunError | None = None


@dataclass
class AgentLoop:
    """One run. If a task dies, `proceed` raises the error of the call. Calling `proceed` again with another task
    continues the run.
    """

    run_id: str
    input: dict[str, Json]
    limits: LoopLimits = field(default_factory=LoopLimits)
    clock: Callable[[], float] = time.monotonic
    recorded: list[Recorded] = field(default_factory=list[Recorded])
    seconds: list[float] = field(default_factory=list[float])
    _started: float | None = None

    def proceed(self, agent: CallableAgent, performer: Performer) -> RunOutcome:
        if self._started is None:
            self._started = self.clock()
        while True:
            left = self.limits.seconds - (self.clock() - self._started)
            if left <= 0:
                return self._stop_run(Ending.LIMIT, "deadline", f"the run took longer than {self.limits.seconds:g} s")
            if len(self.seconds) >= self.limits.calls:
                return self._stop_run(
                    Ending.LIMIT, "too_many_calls", f"the run did not end within {self.limits.calls} calls"
                )
            reply = self._call(agent, min(left, self.limits.call_seconds))
            if isinstance(reply, Succeeded):
                return self._refuse_foreign(reply.output) or self._end(Ending.SUCCEEDED, output=reply.output)
            if isinstance(reply, Failed):
                return self._end(Ending.FAILED, error=reply.error)
            stopped = self._refuse(reply)
            if stopped:
                return stopped
            self.recorded.extend(Recorded(effect=effect, result=performer.perform(effect)) for effect in reply.effects)

    def _call(self, agent: CallableAgent, seconds: float) -> Reply:
        before = self.clock()
        try:
            results, asked = [one.result for one in self.recorded], [one.effect for one in self.recorded]
            return agent.call(self.run_id, self.input, results, asked=asked, seconds=seconds)
        finally:
            self.seconds.append(self.clock() - before)

    def _refuse(self, reply: Suspended) -> RunOutcome | None:
        first = len(self.recorded) + 1
        ids = [effect.id for effect in reply.effects]
        if ids != list(range(first, first + len(ids))):
            return self._stop_run(
                Ending.VIOLATION, "effect_ids", f"effects must be numbered in call order from {first}"
            )
        if len(self.recorded) + len(ids) > self.limits.effects:
            return self._stop_run(
                Ending.LIMIT, "too_many_effects", f"the run asked for over {self.limits.effects} effects"
            )
        lasting = [effect.args for effect in reply.effects if effect.kind in LASTING]
        return self._refuse_foreign(lasting) if lasting else None

    def _refuse_foreign(self, said: Json) -> RunOutcome | None:
        """The failed outcome of a run that names a host, or advertises something, that neither the input nor an effect
        mentioned."""
        if found := find_foreign_addresses(said, [self.input, *map(_read_brought, self.recorded)]):
            what = f"it names {found[0][:100]}, an address that came from neither the input nor an effect"
            return self._stop_run(Ending.VIOLATION, FOREIGN_ADDRESS, what)
        if found := find_foreign_sales(said, [self.input, *map(_read_got, self.recorded)]):
            what = f"it sells what neither the input nor an effect spoke of: {found[0][:100]}"
            return self._stop_run(Ending.VIOLATION, FOREIGN_OFFER, what)
        return None

    def _stop_run(self, ending: Ending, code: str, message: str) -> RunOutcome:
        return self._end(ending, error=RunError(code=code, message=message))

    def _end(
        self, ending: Ending, *, output: dict[str, Json] | None = None, error: RunError | None = None
    ) -> RunOutcome:
        return RunOutcome(ending, tuple(self.recorded), tuple(self.seconds), output, error)


def _read_brought(record: Recorded) -> Json:
    """The part of an effect's result that did not come from the agent itself."""
    effect, result = record.effect, record.result
    if isinstance(result, EffectRefused):
        allowed = effect.kind is EffectKind.FETCH and result.error.code not in {NOT_DECLARED, HOST_NOT_ALLOWED}
        return effect.args if allowed else None
    return find_answered_addresses(effect.args, result.value) if effect.kind is EffectKind.LLM else result.value


def _read_got(record: Recorded) -> Json:
    return None if isinstance(record.result, EffectRefused) else record.result.value


class Replay:
    """A performer that answers from records. It refuses an effect that the recorded run did not ask for at that
    place.
    """

    def __init__(self, recorded: Sequence[Recorded]) -> None:
        self._recorded = {record.effect.id: record for record in recorded}
        self.diverged: list[str] = []

    def perform(self, effect: Effect) -> EffectResult:
        record = self._recorded.get(effect.id)
        if record is not None and record.effect == effect:
            return record.result
        self.diverged.append(f"effect {effect.id} ({effect.kind.value}) is not what the recorded run asked for")
        return refuse_effect(effect, "diverged", self.diverged[-1])


def refuse_effect(effect: Effect, code: str, message: str) -> EffectResult:
    return EffectRefused(id=effect.id, error=EffectError(code=code, message=message))
