"""How many demos one address may start: 3 an hour with one agent, 20 an hour in all.

The limits are exact, because they are computed from a log of the last hour's starts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.errors import DomainProblem
from shared.rate_limits import Policy, RateStanding, count_seconds_left, find_standing, rate_limit_fields

WINDOW_SECONDS = 3600.0
PER_AGENT = 3
PER_ADDRESS = 20
AGENT_POLICY = Policy(name="demos-per-agent", quota=PER_AGENT, window_seconds=int(WINDOW_SECONDS))
ADDRESS_POLICY = Policy(name="demos", quota=PER_ADDRESS, window_seconds=int(WINDOW_SECONDS))
REFUSALS = {
    AGENT_POLICY.name: f"An agent can be tried {PER_AGENT} times an hour from one address.",
    ADDRESS_POLICY.name: f"{PER_ADDRESS} demos an hour can be started from one address.",
}


class DemoLimitReached(DomainProblem):
    status = 429
    type = "rate"
    title = "Too many demos"

    def __init__(self, detail: str, standings: Sequence[RateStanding]) -> None:
        seconds = count_seconds_left(standings)
        super().__init__(
            f"{detail} Try again in {seconds} seconds, or subscribe to run the agent without this limit.",
            extra={"retry_after": seconds},
            headers={"retry-after": str(seconds), **rate_limit_fields(standings)},
        )


@dataclass(frozen=True)
class Start:
    """One started demo: its time (epoch seconds), its agent and its token."""

    at: float
    slug: str
    token: str


class DemoLimits(Protocol):
    def take(self, address: str, start: Start) -> Sequence[RateStanding]:
        """Count a start and say what is left, or raise DemoLimitReached and count nothing. Exact under any number of
        racing callers.
        """
        ...

    def give_back(self, address: str, token: str) -> None:
        """Remove a start from the count, after it turned out to cost nothing."""
        ...


def keep_within_window(starts: Sequence[Start], now: float) -> list[Start]:
    return [start for start in starts if start.at > now - WINDOW_SECONDS]


def check(starts: Sequence[Start], start: Start) -> tuple[RateStanding, ...]:
    """What is left of both limits after this start; `starts` are those of the last hour.

    Raises DemoLimitReached if the start would exceed a limit.
    """
    for left in _find_standings(starts, start):
        if left.remaining == 0:
            raise DemoLimitReached(REFUSALS[left.policy.name], _find_standings(starts, start))
    return _find_standings([*starts, start], start)


def _find_standings(starts: Sequence[Start], start: Start) -> tuple[RateStanding, ...]:
    with_agent = [known.at for known in starts if known.slug == start.slug]
    return (
        find_standing(AGENT_POLICY, with_agent, start.at),
        find_standing(ADDRESS_POLICY, [known.at for known in starts], start.at),
    )
