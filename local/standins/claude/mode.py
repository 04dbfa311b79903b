"""The ways in which a model, or its service, has bad days."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, field_validator

from local.standins.claude.malicious.hostile import KINDS
from local.standins.claude.tasks import TASKS
from local.standins.mode_switch import Mode


class ModeName(StrEnum):
    OK = "ok"
    REFUSE = "refuse"
    INVALID_JSON = "invalid_json"
    OVERLOADED = "overloaded"
    SLOW = "slow"
    MALICIOUS = "malicious"


class ClaudeMode(Mode):
    """`tasks`: the prompts it applies to, null for all; `seconds`: the delay of `slow`; `kind`: which hostile
    kind of agent `malicious` writes, null for crude ones.
    """

    mode: ModeName
    tasks: tuple[str, ...] | None = None
    seconds: Annotated[float, Field(ge=0, le=600)] = 10.0
    kind: Annotated[int, Field(ge=1, le=len(KINDS))] | None = None

    @field_validator("tasks")
    @classmethod
    def _known(cls, tasks: tuple[str, ...] | None) -> tuple[str, ...] | None:
        """A misspelt name would be a mode that never applies."""
        for unknown in set(tasks or ()) - TASKS:
            raise ValueError(f"there is no task {unknown!r}; there are {', '.join(sorted(TASKS))}")
        return tasks

    def concerns(self, task: str) -> bool:
        return self.tasks is None or task in self.tasks


NORMAL = ClaudeMode(mode=ModeName.OK)
