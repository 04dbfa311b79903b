"""A performer that writes down each effect before it is performed, and its result afterwards."""

from collections.abc import Callable, Sequence
from typing import Protocol

from shared.runs.loop import Recorded, refuse_effect
from shared.runs.run import RunsRepository, StoredRun
from shared.runs.unfinished_effects import NextStep, choose_next_step
from shared.specs.effects import Effect, EffectResult

UNKNOWN_OUTCOME = "unknown_outcome"
MAY_HAVE_HAPPENED = "the run was interrupted here: it may have happened, and is not repeated"


class RunDiverged(Exception):
    """The agent asks for a different effect than before, although the earlier effect may already have happened."""


class PermittedEffects(Protocol):
    """Performs a run's effects, within the allowance of its spec."""

    @property
    def models(self) -> Sequence[str]:
        """The models that have answered, in this attempt or an earlier one."""
        ...

    def refuse(self, effect: Effect) -> EffectResult | None:
        """None if the effect may be performed, in which case it is counted. Makes no outside call."""
        ...

    def carry_out(self, effect: Effect) -> EffectResult:
        """Perform an effect that was not refused. An outside failure is returned as a result."""
        ...


class EffectJournal:
    """`run` is the run as it was claimed, with the effects that earlier workers left unfinished. `clock` is epoch
    seconds.

    A refused effect makes no outside call and therefore needs no intent. Raises RunLeaseLost and RunDiverged.
    """

    def __init__(
        self, runs: RunsRepository, run: StoredRun, effects: PermittedEffects, clock: Callable[[], float]
    ) -> None:
        self._runs, self._run, self._effects, self._clock = runs, run, effects, clock

    def perform(self, effect: Effect) -> EffectResult:
        step = choose_next_step(effect, self._run.intents)
        if step is NextStep.END_RUN:
            raise RunDiverged(f"effect {effect.id} is not what the agent asked for before")
        result = self._effects.refuse(effect) or self._take(step, effect)
        self._runs.record(self._run, Recorded(effect=effect, result=result), self._clock(), self._effects.models)
        return result

    def _take(self, step: NextStep, effect: Effect) -> EffectResult:
        if step is NextStep.TELL_UNKNOWN:
            return refuse_effect(effect, UNKNOWN_OUTCOME, MAY_HAVE_HAPPENED)
        self._runs.intend(self._run, effect, self._clock())
        return self._effects.carry_out(effect)
