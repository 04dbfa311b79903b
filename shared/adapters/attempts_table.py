"""The attempts of the last hour: one item of the table `meters` per subject and policy, written only conditionally."""

from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of, was_written
from shared.billing.attempts import TooManyAttempts
from shared.rate_limits import Policy, RateStanding, find_standing

ROUNDS = 25


class AttemptsItem(Model):
    key = UnicodeAttribute(hash_key=True)
    attempts: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    revision = NumberAttribute(default=0)
    expires_at = NumberAttribute()


class AttemptsTable:
    """Implements `shared.billing.attempts.Attempts`: one read and one conditional write, repeated after a lost race."""

    def __init__(self, table_name: str) -> None:
        self._meters = model_of(AttemptsItem, table_name)

    def take(self, subject: str, policy: Policy, name: str, now: float) -> RateStanding:
        for _ in range(ROUNDS):
            log, revision = self._read(subject, policy, now)
            times = list(log.values())
            if name in log:
                return find_standing(policy, times, now)
            if len(times) >= policy.quota:
                raise TooManyAttempts([find_standing(policy, times, now)])
            if self._written(subject, policy, {**log, name: now}, revision):
                return find_standing(policy, [*times, now], now)
        raise RuntimeError(f"the log of {policy.name} changes more often than its quota allows")

    def look(self, subject: str, policy: Policy, now: float) -> RateStanding:
        return find_standing(policy, list(self._read(subject, policy, now)[0].values()), now)

    def _read(self, subject: str, policy: Policy, now: float) -> tuple[dict[str, float], int]:
        item = find(self._meters, _key(subject, policy))
        if item is None:
            return {}, 0
        entries = (text.partition(" ") for text in item.attempts)
        log = {name: float(at) for at, _, name in entries}
        return {name: at for name, at in log.items() if at > now - policy.window_seconds}, int(item.revision)

    def _written(self, subject: str, policy: Policy, log: dict[str, float], revision: int) -> bool:
        unchanged = AttemptsItem.revision == revision if revision else AttemptsItem.key.does_not_exist()
        actions = [
            AttemptsItem.attempts.set([f"{at!r} {name}" for name, at in log.items()]),
            AttemptsItem.revision.set(revision + 1),
            AttemptsItem.expires_at.set(int(max(log.values()) + policy.window_seconds) + 60),
        ]
        item = self._meters(_key(subject, policy))
        return was_written(lambda: item.update(actions=actions, condition=unchanged))


def _key(subject: str, policy: Policy) -> str:
    return f"{policy.name}#{subject}"
