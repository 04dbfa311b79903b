"""The starts of the last hour per address, one item of the table `meters` each, changed by conditional writes only."""

import time
from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist, UpdateError
from pynamodb.models import Model

from shared.rate_limits import Standing
from shared.runs.demo_limits import PER_ADDRESS, WINDOW_SECONDS, Start, check, subject, within_window

KEY_PREFIX = "demo#"
ATTEMPTS = PER_ADDRESS + 5
"""Whoever loses a race has seen another start being counted, so after as many losses as there are starts the log is
full.
"""


class DemoMeterItem(Model):
    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = "meters"
        connect_timeout_seconds = 3
        read_timeout_seconds = 10

    key = UnicodeAttribute(hash_key=True)
    starts: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    revision = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class DemoLimitsTable:
    """Implements `shared.runs.demo_limits.DemoLimits`: one read and one conditional write, again after a lost race."""

    def __init__(self, table_name: str, clock: Callable[[], float] = time.time) -> None:
        DemoMeterItem.Meta.table_name = table_name
        self._clock = clock

    def take(self, address: str, start: Start) -> Sequence[Standing]:
        key = KEY_PREFIX + subject(address)
        for _ in range(ATTEMPTS):
            starts, revision = _read(key)
            recent = within_window(starts, start.at)
            left = check(recent, start)
            if _written(key, [*recent, start], revision):
                return left
        raise RuntimeError(f"the demo meter of {key} changes more often than its limit allows")

    def give_back(self, address: str, token: str) -> None:
        key = KEY_PREFIX + subject(address)
        for _ in range(ATTEMPTS):
            starts, revision = _read(key)
            kept = [start for start in within_window(starts, self._clock()) if start.token != token]
            if len(kept) == len(starts) or _written(key, kept, revision):
                return


def _read(key: str) -> tuple[list[Start], int]:
    try:
        item = DemoMeterItem.get(key, consistent_read=True)
    except DoesNotExist:
        return [], 0
    return [_start(text) for text in item.starts], int(item.revision)


def _written(key: str, starts: Sequence[Start], revision: int) -> bool:
    """False if somebody else wrote since `revision` was read."""
    unchanged = DemoMeterItem.revision == revision if revision else DemoMeterItem.key.does_not_exist()
    newest = max((start.at for start in starts), default=0.0)
    try:
        DemoMeterItem(key).update(
            actions=[
                DemoMeterItem.starts.set([f"{start.at!r} {start.slug} {start.token}" for start in starts]),
                DemoMeterItem.revision.set(revision + 1),
                DemoMeterItem.expires_at.set(int(newest + WINDOW_SECONDS) + 60),
            ],
            condition=unchanged,
        )
    except UpdateError as error:
        if error.cause_response_code in {"ConditionalCheckFailedException", "TransactionConflictException"}:
            return False
        raise
    return True


def _start(text: str) -> Start:
    at, slug, token = text.split(" ")
    return Start(float(at), slug, token)
