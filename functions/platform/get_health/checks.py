"""Checks whether every dependency of the API responds. All checks run at once, each with a time limit."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

LONGEST_SECONDS = 2.5


class DependencyStatus(StrEnum):
    """Of a part, `down`: it does not answer; `degraded`: it does, but has failed in the last minutes. Of the whole,
    `down`: nothing works; `degraded`: a part that the rest can do without is down or degraded.
    """

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


class Dependency(BaseModel):
    """One part that the platform stands on."""

    status: Annotated[DependencyStatus, Field(description="Whether it answered")]
    milliseconds: Annotated[float, Field(description="How long it took")]
    reason: str | None = Field(default=None, description="The kind of failure, if it failed")


class Health(BaseModel):
    """Whether the platform works."""

    status: Annotated[DependencyStatus, Field(description="`down` if an essential part is, `degraded` if another is")]
    dependencies: Annotated[dict[str, Dependency], Field(description="Each part by its name")]


class Degraded(Exception):
    """The dependency answers, but does not work as it should."""


@dataclass(frozen=True)
class Check:
    """`ask` raises Degraded, or any other exception if the dependency does not answer. `essential` means that nothing
    works without the dependency.
    """

    ask: Callable[[], object]
    essential: bool = True


async def check_health(checks: Mapping[str, Check], seconds: float = LONGEST_SECONDS) -> Health:
    found = await asyncio.gather(*(_ask(check, seconds) for check in checks.values()))
    dependencies = dict(zip(checks, found, strict=True))
    failed = [name for name, dependency in dependencies.items() if dependency.status is not DependencyStatus.OK]
    down = [name for name in failed if dependencies[name].status is DependencyStatus.DOWN]
    status = DependencyStatus.OK if not failed else DependencyStatus.DEGRADED
    if any(checks[name].essential for name in down):
        status = DependencyStatus.DOWN
    return Health(status=status, dependencies=dependencies)


async def _ask(check: Check, seconds: float) -> Dependency:
    started = time.perf_counter()
    state, reason = DependencyStatus.OK, None
    try:
        await asyncio.wait_for(asyncio.to_thread(check.ask), seconds)
    except Degraded as error:
        state, reason = DependencyStatus.DEGRADED, str(error)
    except Exception as error:
        state, reason = DependencyStatus.DOWN, type(error).__name__
    return Dependency(status=state, milliseconds=round((time.perf_counter() - started) * 1000, 1), reason=reason)
