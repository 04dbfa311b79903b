"""How Fargate misbehaves on request: what becomes of the tasks that are started while a mode is set."""

from typing import Annotated, Literal

from pydantic import Field

from local.standins.mode_switch import Mode

UNKNOWN_SECONDS, SLOW_START_SECONDS = 10.0, 45.0
NO_CAPACITY = "Capacity is unavailable at this time. Please try again later or in a different availability zone"
DID_NOT_START = "ResourceInitializationError: unable to pull image: the stand-in was asked to stop while starting"


class TaskMode(Mode):
    """`times` counts started tasks. `seconds`: how long one is unknown, or how long it takes to start."""

    mode: Literal["ok", "unknown", "stops_while_starting", "slow_start", "no_capacity"] = "ok"
    seconds: Annotated[float, Field(ge=0, le=600)] | None = None

    @property
    def unknown_seconds(self) -> float:
        """So long after its start, ECS answers that it does not know the task."""
        return self._seconds(UNKNOWN_SECONDS) if self.mode == "unknown" else 0.0

    def start_seconds(self, usual: float) -> float:
        """How long the task stays PENDING."""
        return self._seconds(SLOW_START_SECONDS) if self.mode == "slow_start" else usual

    def _seconds(self, default: float) -> float:
        return default if self.seconds is None else self.seconds
