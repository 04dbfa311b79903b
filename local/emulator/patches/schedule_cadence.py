"""Schedules keep their cadence over a restart. MiniStack forgets when each fired last and fires, one second after every
start, all whose interval has passed since they were created."""

import time
from typing import Any

from ministack.services import eventbridge, scheduler


def apply() -> None:
    restore = scheduler._restore_state

    def restore_cadence(data: Any) -> None:
        restore(data)
        now = time.time()
        for key, schedule in scheduler._schedules._data.items():
            interval = eventbridge._parse_rate_seconds(schedule.get("ScheduleExpression", ""))
            if interval:
                scheduler._schedule_last_fired[key] = last_due(float(schedule.get("CreationDate", now)), interval, now)

    scheduler._restore_state = restore_cadence


def last_due(created: float, interval: float, now: float) -> float:
    """The newest moment a rate() schedule was due: whole intervals after it was created."""
    return created + (now - created) // interval * interval
