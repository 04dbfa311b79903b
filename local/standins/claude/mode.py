"""How the stand-in misbehaves on request: one mode, for some tasks, for a number of calls."""

from enum import StrEnum
from threading import Lock
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ModeName(StrEnum):
    OK = "ok"
    REFUSE = "refuse"
    INVALID_JSON = "invalid_json"
    OVERLOADED = "overloaded"
    SLOW = "slow"
    MALICIOUS = "malicious"


class Mode(BaseModel):
    """`times`: calls it lasts, null for ever; `tasks`: which ones, null for all; `seconds`: the delay of `slow`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: ModeName
    times: Annotated[int, Field(ge=1)] | None = None
    tasks: tuple[str, ...] | None = None
    seconds: Annotated[float, Field(ge=0, le=600)] = 10.0


class ModeSwitch:
    def __init__(self) -> None:
        self._lock = Lock()
        self._mode = Mode(mode=ModeName.OK)

    @property
    def current(self) -> Mode:
        return self._mode

    def set(self, mode: Mode) -> None:
        with self._lock:
            self._mode = mode

    def for_call(self, task: str) -> Mode:
        """The mode of this call, which counts against `times`."""
        with self._lock:
            mode = self._mode
            if mode.tasks is not None and task not in mode.tasks:
                return Mode(mode=ModeName.OK)
            if mode.times is not None:
                left = mode.times - 1
                self._mode = mode.model_copy(update={"times": left}) if left else Mode(mode=ModeName.OK)
            return mode
