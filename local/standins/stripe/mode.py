"""The ways in which Stripe has bad days, and how its events arrive on ordinary ones."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local.standins.mode_switch import Mode


class ModeName(StrEnum):
    OK = "ok"
    CALM = "calm"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    DROP = "drop"
    BROKEN = "broken"
    LOST_ANSWER = "lost_answer"
    SLOW = "slow"


class StripeMode(Mode):
    """`ok` is the order of reality: the customer is back first, the events come after, some twice and some swapped.

    `calm` sends each once, in order and at once. `duplicate`, `reorder`, `delay` (by `seconds`) and `drop` (the first
    try of each event goes nowhere, its retry arrives) are about deliveries. `broken` answers the API with 500,
    `lost_answer` does what it was asked and answers 500 all the same, `slow` answers after `seconds`.
    """

    mode: ModeName
    seconds: Annotated[float, Field(ge=0, le=600)] = 5.0


NORMAL = StripeMode(mode=ModeName.OK)
OF_THE_API = (ModeName.BROKEN, ModeName.LOST_ANSWER, ModeName.SLOW)
