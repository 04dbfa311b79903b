"""What a worker does about an effect when an earlier worker may have performed it already.

An effect is written down as an intent before it is performed and with its result afterwards. An intent without a
result says that its worker died in between: the effect happened, or it did not, and nobody can tell.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.specs.effects import Effect, EffectKind


class Delivery(StrEnum):
    """How often an effect happens when workers die: a repeatable one as often as it takes, the other never again."""

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
    """`tell_unknown`: do not perform it, the agent is told that the outcome is unknown. `end_run`: an effect that may
    not be repeated is unfinished, and the agent now asks for something else in its place, so that neither answer
    would be true.
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
