"""The last time that the platform could not start a task: one item of the table `meters`, which soon expires."""

import time
from collections.abc import Callable

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of

KEY = "task_refusals"
RECENT_SECONDS = 300.0


class RefusalItem(Model):
    """`expires_at` is for the table's own expiry, which may be days late."""

    key = UnicodeAttribute(hash_key=True)
    refused_at = NumberAttribute()
    expires_at = NumberAttribute()


class TaskRefusalsTable:
    """Refusals that run workers record and `/health` reads. `clock` is epoch seconds."""

    def __init__(self, table_name: str, clock: Callable[[], float] = time.time) -> None:
        self._meters = model_of(RefusalItem, table_name)
        self._clock = clock

    def note(self) -> None:
        now = self._clock()
        self._meters(KEY).update(
            actions=[RefusalItem.refused_at.set(now), RefusalItem.expires_at.set(int(now + RECENT_SECONDS))]
        )

    def recent(self) -> bool:
        """True if a start was refused in the last five minutes."""
        item = find(self._meters, KEY)
        return item is not None and self._clock() < float(item.refused_at) + RECENT_SECONDS
