"""How the stand-in misbehaves on request: one mode, for a number of answers."""

from enum import StrEnum
from threading import Lock
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class ModeName(StrEnum):
    OK = "ok"
    THROTTLED = "throttled"
    BROKEN = "broken"


class Mode(BaseModel):
    """`times`: answers it lasts, null for ever. `retry_after`: seconds that a throttled answer asks to wait."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mode: ModeName
    times: Annotated[int, Field(ge=1)] | None = None
    retry_after: Annotated[int, Field(ge=0, le=600)] = 1


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

    def for_answer(self) -> Mode:
        """The mode of this answer, which counts against `times`."""
        with self._lock:
            mode = self._mode
            if mode.times is not None:
                left = mode.times - 1
                self._mode = mode.model_copy(update={"times": left}) if left else Mode(mode=ModeName.OK)
            return mode
