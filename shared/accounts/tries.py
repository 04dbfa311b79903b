"""How often something may be tried: log-ins, mails, wrong secrets of a key. Exact, from the log of a window's tries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.errors import DomainProblem
from shared.rate_limits import Policy, RateStanding, count_seconds_left, find_standing, rate_limit_fields

LOGINS_OF_ACCOUNT = Policy(name="logins-per-account", quota=10, window_seconds=900)
LOGINS_OF_ADDRESS = Policy(name="logins", quota=50, window_seconds=900)
"""Only those that fail stay counted."""
MAILS_TO_ACCOUNT = Policy(name="mails-per-account", quota=5, window_seconds=3600)
MAILS_OF_ADDRESS = Policy(name="mails", quota=30, window_seconds=3600)
WRONG_SECRETS = Policy(name="wrong-secrets", quota=5, window_seconds=60)


class TooManyTries(DomainProblem):
    status = 429
    type = "rate"
    title = "Too many tries"

    def __init__(self, standings: Sequence[RateStanding], newest: float) -> None:
        """`newest` is when the last try that counts was made (epoch seconds)."""
        self.newest = newest
        seconds = count_seconds_left(standings)
        super().__init__(
            f"That was tried too often. Try again in {seconds} seconds.",
            extra={"retry_after": seconds},
            headers={"retry-after": str(seconds), **rate_limit_fields(standings)},
        )


@dataclass(frozen=True)
class Counter:
    """What is counted together; `subject` is no plain address, of people or of machines."""

    policy: Policy
    subject: str

    @property
    def key(self) -> str:
        return f"tries#{self.policy.name}#{self.subject}"


class Tries(Protocol):
    def take(self, token: str, at: float, *counters: Counter) -> None:
        """Count one try everywhere, or raise TooManyTries and count it nowhere. Exact under any number who race."""
        ...

    def give_back(self, token: str, *counters: Counter) -> None:
        """Uncount it: it was no failure after all."""
        ...

    def forget(self, *counters: Counter) -> None:
        """As if nothing had been tried, and nothing is kept of it."""
        ...


def keep_recent(stamps: Mapping[str, float], policy: Policy, now: float) -> dict[str, float]:
    return {token: at for token, at in stamps.items() if at > now - policy.window_seconds}


def check_tries(stamps: Mapping[Counter, Mapping[str, float]], now: float) -> None:
    """Raises TooManyTries if one more would be over a limit; `stamps` are those of each counter's window."""
    standings = [find_standing(counter.policy, list(times.values()), now) for counter, times in stamps.items()]
    if any(each.remaining == 0 for each in standings):
        raise TooManyTries(standings, newest=max(at for times in stamps.values() for at in times.values()))
