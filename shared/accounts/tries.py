"""Limits on tries: log-ins, mails, wrong secrets of a key. They are exact, computed from a log of the window's
tries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.errors import DomainProblem
from shared.rate_limits import Policy, RateStanding, count_seconds_left, find_standing, rate_limit_fields

LOGINS_OF_ACCOUNT = Policy(name="logins-per-account", quota=10, window_seconds=900)
LOGINS_OF_ADDRESS = Policy(name="logins", quota=50, window_seconds=900)
"""Only failed log-ins stay counted."""
MAILS_TO_ACCOUNT = Policy(name="mails-per-account", quota=5, window_seconds=3600)
MAILS_OF_ADDRESS = Policy(name="mails", quota=30, window_seconds=3600)
WRONG_SECRETS = Policy(name="wrong-secrets", quota=5, window_seconds=60)


class TooManyTries(DomainProblem):
    status = 429
    type = "rate"
    title = "Too many tries"

    def __init__(self, standings: Sequence[RateStanding], newest: float) -> None:
        """`newest` is the time of the last counted try (epoch seconds)."""
        self.newest = newest
        seconds = count_seconds_left(standings)
        super().__init__(
            f"That was tried too often. Try again in {seconds} seconds.",
            extra={"retry_after": seconds},
            headers={"retry-after": str(seconds), **rate_limit_fields(standings)},
        )


@dataclass(frozen=True)
class Counter:
    """Tries that are counted together. `subject` is never a plain e-mail or IP address."""

    policy: Policy
    subject: str

    @property
    def key(self) -> str:
        return f"tries#{self.policy.name}#{self.subject}"


class Tries(Protocol):
    def take(self, token: str, at: float, *counters: Counter) -> None:
        """Count one try in all counters, or raise TooManyTries and count it in none. Exact under concurrency."""
        ...

    def give_back(self, token: str, *counters: Counter) -> None:
        """Remove a try from the counters, since it was not a failure."""
        ...

    def forget(self, *counters: Counter) -> None:
        """Delete the counters with all their tries."""
        ...


def keep_recent(stamps: Mapping[str, float], policy: Policy, now: float) -> dict[str, float]:
    return {token: at for token, at in stamps.items() if at > now - policy.window_seconds}


def check_tries(stamps: Mapping[Counter, Mapping[str, float]], now: float) -> None:
    """Raises TooManyTries if one more try would exceed a limit. `stamps` are the times in each counter's window."""
    standings = [find_standing(counter.policy, list(times.values()), now) for counter, times in stamps.items()]
    if any(each.remaining == 0 for each in standings):
        raise TooManyTries(standings, newest=max(at for times in stamps.values() for at in times.values()))
