"""What grows with time has an end: executions, metrics, events. AWS keeps the first two 90 days and 15 months; here the
newest are enough."""

import asyncio
import contextlib
from typing import Any

from ministack.services import cloudwatch, eventbridge, stepfunctions

EVERY_SECONDS = 300.0
KEPT_EXECUTIONS = 300
KEPT_POINTS = 1500
KEPT_EVENTS = 300


async def keep_trimming() -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            trim()
            await asyncio.sleep(EVERY_SECONDS)


def trim() -> None:
    _trim_executions(stepfunctions._executions._data)
    for points in list(cloudwatch._metrics._data.values()):
        del points[:-KEPT_POINTS]
    for events in list(eventbridge._events_log._data.values()):
        del events[:-KEPT_EVENTS]


def _trim_executions(executions: dict[Any, dict[str, Any]]) -> None:
    ended = [key for key, each in list(executions.items()) if each.get("status") != "RUNNING"]
    ended.sort(key=lambda key: str(executions[key].get("startDate", "")))
    for key in ended[:-KEPT_EXECUTIONS]:
        executions.pop(key, None)
