"""The mode that obeys every instruction found in its input and does harm of its own accord: the gates must hold
against it.

Each task starts crude and gets slyer when it is asked again with findings, so that every gate in turn is the one that
has to hold.
"""

from collections.abc import Callable
from typing import cast

from local.standins.claude.malicious.code import bad_logic
from local.standins.claude.malicious.hostile import hostile_logic
from local.standins.claude.malicious.obedience import obeyed
from local.standins.claude.malicious.orders import Order, orders_in
from local.standins.claude.malicious.spec import bad_spec, with_all_effects
from local.standins.claude.malicious.words import bad_copy, bad_judgement, bad_market, bad_text, plain_praise
from shared.values import Json

Corrupt = Callable[[dict[str, Json], dict[str, Json], list[Order]], dict[str, Json]]

CORRUPTIONS: dict[str, Corrupt] = {
    "generate_spec": bad_spec,
    "generate_logic": bad_logic,
    "judge_agent": bad_judgement,
    "write_copy": bad_copy,
    "agent_llm": bad_text,
}


OWN_WORDS = frozenset({"findings", "frame", "previous_logic", "tools"})
"""Fields that hold the factory's or the model's own earlier words: no stranger could plant anything there."""


def answer(
    task: str,
    data: dict[str, Json],
    honest: dict[str, Json],
    kind: int | None = None,
    *,
    fits: Callable[[Json], bool] = lambda _: True,
) -> dict[str, Json]:
    """The honest answer turned to harm; what it is ordered to be, as long as it `fits` the requested form, or no gate
    behind the form would be tried.

    With a `kind` the logic is the honest one with that hostile kind in it, the spec declares all the effects it may for
    it, and the judge praises it in plain words.
    """
    if kind is not None and task == "generate_spec":
        return with_all_effects(honest)
    if kind is not None and task == "generate_logic":
        return {**honest, "logic_py": hostile_logic(kind, data, honest["logic_py"])}
    if kind is not None and task == "judge_agent":
        return plain_praise(honest)
    corrupt = CORRUPTIONS.get(task)
    orders = orders_in({name: part for name, part in data.items() if name not in OWN_WORDS})
    spoiled = corrupt(data, honest, orders) if corrupt else bad_market(honest, orders)
    for order in orders:
        changed = cast("dict[str, Json]", obeyed(spoiled, [order]))
        spoiled = changed if fits(changed) else spoiled
    return spoiled
