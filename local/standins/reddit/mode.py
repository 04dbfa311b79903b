"""The ways in which Reddit has bad days."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from local.standins.mode_switch import Mode


class ModeName(StrEnum):
    OK = "ok"
    THROTTLED = "throttled"
    BROKEN = "broken"


class RedditMode(Mode):
    """`retry_after`: seconds that a throttled answer asks to wait."""

    mode: ModeName
    retry_after: Annotated[int, Field(ge=0, le=600)] = 1


NORMAL = RedditMode(mode=ModeName.OK)
