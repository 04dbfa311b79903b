"""The ways in which a model, or its service, has bad days."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local.standins.mode_switch import Mode


class ModeName(StrEnum):
    OK = "ok"
    REFUSE = "refuse"
    INVALID_JSON = "invalid_json"
    OVERLOADED = "overloaded"
    SLOW = "slow"
    MALICIOUS = "malicious"


class ClaudeMode(Mode):
    """`tasks`: the prompts it applies to, null for all; `seconds`: the delay of `slow`."""

    mode: ModeName
    tasks: tuple[str, ...] | None = None
    seconds: Annotated[float, Field(ge=0, le=600)] = 10.0

    def concerns(self, task: str) -> bool:
        return self.tasks is None or task in self.tasks


NORMAL = ClaudeMode(mode=ModeName.OK)
