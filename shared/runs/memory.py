"""What a run has left in its memory. A separate module, so that showing a run does not import the code of effects."""

from collections.abc import Sequence

from shared.runs.loop import Recorded
from shared.specs.effects import EffectKind
from shared.values import Json


def read_memory(recorded: Sequence[Recorded]) -> dict[str, Json]:
    """The throw-away memory after these effects: the last allowed `remember` of each key."""
    return {
        record.effect.args["key"]: record.effect.args["value"]
        for record in recorded
        if record.effect.kind is EffectKind.REMEMBER and record.result.ok
    }
