import pytest

from shared.runs.unfinished_effects import DELIVERY, Delivery, NextStep, choose_next_step
from shared.specs.effects import Effect, EffectKind

REPEATABLE = [kind for kind in EffectKind if kind is not EffectKind.NOTIFY]
PERFORM, UNKNOWN, END = NextStep.PERFORM, NextStep.TELL_UNKNOWN, NextStep.END_RUN


def an_effect(kind: EffectKind, number: int = 3, text: str = "a") -> Effect:
    return Effect(id=number, kind=kind, args={"text": text})


def test_every_kind_of_effect_has_its_delivery() -> None:
    assert set(DELIVERY) == set(EffectKind)
    assert [kind for kind, delivery in DELIVERY.items() if delivery is Delivery.AT_MOST_ONCE] == [EffectKind.NOTIFY]


@pytest.mark.parametrize("kind", EffectKind)
def test_an_effect_that_nobody_began_is_performed(kind: EffectKind) -> None:
    assert choose_next_step(an_effect(kind), []) is PERFORM
    assert (
        choose_next_step(an_effect(kind), [an_effect(EffectKind.NOTIFY, 2), an_effect(EffectKind.NOTIFY, 4)]) is PERFORM
    )


CASES = [
    *[(kind, kind, "a", PERFORM) for kind in REPEATABLE],
    *[(kind, kind, "other", PERFORM) for kind in REPEATABLE],
    *[(kind, EffectKind.NOTIFY, "a", PERFORM) for kind in REPEATABLE],
    (EffectKind.NOTIFY, EffectKind.NOTIFY, "a", UNKNOWN),
    (EffectKind.NOTIFY, EffectKind.NOTIFY, "other", END),
    *[(EffectKind.NOTIFY, kind, "a", END) for kind in REPEATABLE],
]


@pytest.mark.parametrize(("intended", "asked", "text", "step"), CASES)
def test_an_unfinished_effect_is_repeated_only_if_it_may_be(
    intended: EffectKind, asked: EffectKind, text: str, step: NextStep
) -> None:
    """`intended` was left without a result; the agent now asks for `asked`, with the same text or another."""
    assert choose_next_step(an_effect(asked, text=text), [an_effect(intended)]) is step
