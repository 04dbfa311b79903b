"""Recent tries, in the table `meters`: one item per counter, with the time of each try."""

from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from pynamodb.attributes import MapAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.models import Model

from shared.accounts.tries import Counter, check_tries, keep_recent
from shared.adapters.dynamodb import is_lost_race, model_of, pause, start_transaction, was_written

LONGEST_PAUSE = 3


class TriesItem(Model):
    """`revision` counts tries that were taken. Giving one back leaves it unchanged, so concurrent writers can
    continue.
    """

    key = UnicodeAttribute(hash_key=True)
    stamps: MapAttribute[Any, Any] = MapAttribute()
    revision = NumberAttribute()
    expires_at = NumberAttribute()


class TriesTable:
    """Implements `shared.accounts.tries.Tries`: one read and one transaction, repeated after a lost race."""

    def __init__(self, table_name: str) -> None:
        self._meters = model_of(TriesItem, table_name)

    def take(self, token: str, at: float, *counters: Counter) -> None:
        # A writer loses a race only because another try was counted, so after this many losses all counters are full.
        attempts = sum(counter.policy.quota for counter in counters) + 10
        for attempt in range(attempts):
            items = self._read(counters)
            stamps = {counter: _keep_recent(items.get(counter.key), counter, at) for counter in counters}
            check_tries(stamps, at)
            if self._take_once(token, at, counters, items):
                return
            pause(min(attempt, LONGEST_PAUSE))
        raise RuntimeError("a counter changes more often than its limit allows")

    def give_back(self, token: str, *counters: Counter) -> None:
        """Give back each counter separately, and repeat a write that meets another try: counters are independent."""
        for counter in counters:
            item = self._meters(counter.key)
            removed: list[Action] = [TriesItem.stamps[token].remove()]
            was_written(partial(item.update, actions=removed, condition=TriesItem.key.exists()))

    def forget(self, *counters: Counter) -> None:
        for counter in counters:
            self._meters(counter.key).delete()

    def _read(self, counters: tuple[Counter, ...]) -> Mapping[str, TriesItem]:
        keys = [counter.key for counter in counters]
        return {item.key: item for item in self._meters.batch_get(keys, consistent_read=True)}

    def _take_once(self, token: str, at: float, counters: tuple[Counter, ...], items: Mapping[str, TriesItem]) -> bool:
        """False if somebody else took a try since the items were read."""
        try:
            with start_transaction() as writes:
                for counter in counters:
                    self._write(writes, token, at, counter, items.get(counter.key))
        except TransactWriteError as error:
            if is_lost_race(error):
                return False
            raise
        return True

    def _write(self, writes: Any, token: str, at: float, counter: Counter, found: TriesItem | None) -> None:
        ends = TriesItem.expires_at.set(int(at) + counter.policy.window_seconds + 60)
        item = self._meters(counter.key)
        if found is None:
            actions: list[Action] = [TriesItem.stamps.set({token: at}), TriesItem.revision.set(1), ends]
            writes.update(item, actions=actions, condition=TriesItem.key.does_not_exist())
            return
        kept = _keep_recent(found, counter, at)
        old = [TriesItem.stamps[each].remove() for each in _read_stamps(found) if each not in kept]
        actions = [TriesItem.stamps[token].set(at), TriesItem.revision.set(found.revision + 1), ends, *old]
        writes.update(item, actions=actions, condition=TriesItem.revision == found.revision)


def _read_stamps(item: TriesItem | None) -> dict[str, float]:
    return {token: float(at) for token, at in cast("dict[str, float]", item.stamps.as_dict()).items()} if item else {}


def _keep_recent(item: TriesItem | None, counter: Counter, at: float) -> dict[str, float]:
    return keep_recent(_read_stamps(item), counter.policy, at)
