"""Moves a recorded run to another time. Everything else that the agent was told stays the same."""

from collections.abc import Sequence
from datetime import datetime

from shared.runs.loop import Recorded
from shared.specs.effects import EffectKind, EffectSucceeded


def at(moment: datetime, recorded: Sequence[Recorded]) -> list[Recorded]:
    """The records of a run as if it had happened at `moment`."""
    told = moment.isoformat().replace("+00:00", "Z")
    return [
        one.model_copy(update={"result": EffectSucceeded(id=one.effect.id, value=told)})
        if one.effect.kind is EffectKind.NOW
        else one
        for one in recorded
    ]
