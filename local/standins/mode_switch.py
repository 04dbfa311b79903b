"""How a stand-in misbehaves on request: one mode at a time, for a number of answers, set at /_standin/mode."""

import json
from collections.abc import Callable
from threading import Lock
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

PATH = "/_standin/mode"
METHODS = ["GET", "PUT"]


class Mode(BaseModel):
    """What every stand-in's mode has; its `mode` is added by each. `times`: answers it lasts, null for ever."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    times: Annotated[int, Field(ge=1)] | None = None


AnyMode = TypeVar("AnyMode", bound=Mode)


class ModeSwitch(Generic[AnyMode]):
    def __init__(self, normal: AnyMode) -> None:
        self._lock = Lock()
        self._normal = normal
        self._mode = normal

    @property
    def current(self) -> AnyMode:
        return self._mode

    def set(self, mode: AnyMode) -> None:
        with self._lock:
            self._mode = mode

    def for_answer(self, applies: Callable[[AnyMode], bool] = lambda _: True) -> AnyMode:
        """The mode of this answer, which counts against `times`; the normal one if the set one does not apply."""
        with self._lock:
            mode = self._mode
            if not applies(mode):
                return self._normal
            if mode.times is not None:
                left = mode.times - 1
                self._mode = mode.model_copy(update={"times": left}) if left else self._normal
            return mode

    async def endpoint(self, request: Request) -> Response:
        """GET tells the mode, PUT sets it; a mode that does not exist is refused and changes nothing."""
        if request.method == "PUT":
            try:
                self.set(type(self._normal).model_validate_json(await request.body()))
            except ValidationError as error:
                return JSONResponse({"error": json.loads(error.json(include_url=False))}, status_code=422)
        return JSONResponse(self.current.model_dump(mode="json"))
