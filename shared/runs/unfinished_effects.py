"""What a worker does about an effect that an earlier worker may have performed already.

A worker stores an effect as an intent before performing it, and its result afterwards. An intent without a result means
that the worker died in between: nobody can tell whether the effect happened.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.specs.effects import Effect, EffectKind


class Delivery(StrEnum):
    """How often an effect may happen when workers die: a repeatable one is performed again, any other is not."""

    AT_LEAST_ONCE = "at_least_once"
    AT_MOST_ONCE = "at_most_once"


DELIVERY: Mapping[EffectKind, Delivery] = {
    EffectKind.LLM: Delivery.AT_LEAST_ONCE,
    EffectKind.FETCH: Delivery.AT_LEAST_ONCE,
    EffectKind.RECALL: Delivery.AT_LEAST_ONCE,  # only reads
    EffectKind.REMEMBER: Delivery.AT_LEAST_ONCE,  # writes the same value under the same key: idempotent
    EffectKind.NOTIFY: Delivery.AT_MOST_ONCE,  # somebody would read it twice
    EffectKind.NOW: Delivery.AT_LEAST_ONCE,  # only reads
}


class NextStep(StrEnum):
    """`tell_unknown`: do not perform the effect, and tell the agent that its outcome is unknown. `end_run`: an effect
    that may not be repeated is unfinished, and the agent now asks for another effect in its place, so that neither
    answer would be true.
    """

    PERFORM = "perform"
    TELL_UNKNOWN = "tell_unknown"
    END_RUN = "end_run"


def choose_next_step(effect: Effect, intents: Iterable[Effect]) -> NextStep:
    """What to do about an effect that the agent asks for, given the run's intents without a result."""
    intent = next((intent for intent in intents if intent.id == effect.id), None)
    if intent is None or DELIVERY[intent.kind] is Delivery.AT_LEAST_ONCE:
        return NextStep.PERFORM
    return NextStep.TELL_UNKNOWN if intent == effect else NextStep.END_RUN
