"""The starts of the last hour: one item of the table `meters` per address, written only conditionally."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of, was_written
from shared.rate_limits import RateStanding, choose_subject
from shared.runs.demo_limits import PER_ADDRESS, WINDOW_SECONDS, Start, check, keep_within_window

KEY_PREFIX = "demo#"
ATTEMPTS = PER_ADDRESS + 5
"""A writer loses a race only because another start was counted. So after as many losses as the limit allows starts, the
log is full.
"""


class DemoMeterItem(Model):
    key = UnicodeAttribute(hash_key=True)
    starts: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    revision = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class DemoLimitsTable:
    """Implements `shared.runs.demo_limits.DemoLimits`: one read and one conditional write, repeated after a
    lost race.
    """

    def __init__(self, table_name: str, clock: Callable[[], float] = time.time) -> None:
        self._meters = model_of(DemoMeterItem, table_name)
        self._clock = clock

    def take(self, address: str, start: Start) -> Sequence[RateStanding]:
        key = KEY_PREFIX + choose_subject(address)
        for _ in range(ATTEMPTS):
            starts, revision = self._read(key)
            recent = keep_within_window(starts, start.at)
            left = check(recent, start)
            if self._write(key, [*recent, start], revision):
                return left
        raise RuntimeError(f"the demo meter of {key} changes more often than its limit allows")

    def give_back(self, address: str, token: str) -> None:
        key = KEY_PREFIX + choose_subject(address)
        for _ in range(ATTEMPTS):
            starts, revision = self._read(key)
            kept = [start for start in keep_within_window(starts, self._clock()) if start.token != token]
            if len(kept) == len(starts) or self._write(key, kept, revision):
                return

    def _read(self, key: str) -> tuple[list[Start], int]:
        item = find(self._meters, key)
        return ([_start(text) for text in item.starts], int(item.revision)) if item else ([], 0)

    def _write(self, key: str, starts: Sequence[Start], revision: int) -> bool:
        """False if somebody else wrote since `revision` was read."""
        unchanged = DemoMeterItem.revision == revision if revision else DemoMeterItem.key.does_not_exist()
        newest = max((start.at for start in starts), default=0.0)
        actions = [
            DemoMeterItem.starts.set([f"{start.at!r} {start.slug} {start.token}" for start in starts]),
            DemoMeterItem.revision.set(revision + 1),
            DemoMeterItem.expires_at.set(int(newest + WINDOW_SECONDS) + 60),
        ]
        item = self._meters(key)
        return was_written(lambda: item.update(actions=actions, condition=unchanged))


def _start(text: str) -> Start:
    at, slug, token = text.split(" ")
    return Start(float(at), slug, token)
