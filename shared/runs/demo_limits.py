"""How many demos one address may start: 3 an hour with one agent, 20 an hour in all. Exact, from a log of the last
hour's starts.
"""

import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.errors import DomainProblem

WINDOW_SECONDS = 3600.0
PER_AGENT = 3
PER_ADDRESS = 20
IPV6_PREFIX = 64


class DemoLimitReached(DomainProblem):
    status = 429
    type = "rate"
    title = "Too many demos"

    def __init__(self, detail: str, retry_after: float) -> None:
        seconds = max(1, math.ceil(retry_after))
        super().__init__(
            f"{detail} Try again in {seconds} seconds, or subscribe to run the agent without this limit.",
            extra={"retry_after": seconds},
            headers={"retry-after": str(seconds)},
        )


@dataclass(frozen=True)
class Start:
    """One demo that was started: when (epoch seconds), with which agent, under which token."""

    at: float
    slug: str
    token: str


class DemoLimits(Protocol):
    def take(self, address: str, start: Start) -> None:
        """Count a start, or raise DemoLimitReached and count nothing. Exact under any number of racing callers."""
        ...

    def give_back(self, address: str, token: str) -> None:
        """Uncount it: the start turned out to cost nothing."""
        ...


def subject(address: str) -> str:
    """Who counts as one: an IPv4 address, or the /64 of an IPv6 one, which is what one customer is given."""
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)


def within_window(starts: Sequence[Start], now: float) -> list[Start]:
    return [start for start in starts if start.at > now - WINDOW_SECONDS]


def check(starts: Sequence[Start], start: Start) -> None:
    """Raise DemoLimitReached if one more start would be over a limit; `starts` are those of the last hour."""
    with_agent = [known for known in starts if known.slug == start.slug]
    if len(with_agent) >= PER_AGENT:
        raise DemoLimitReached(
            f"An agent can be tried {PER_AGENT} times an hour from one address.",
            _free_at(with_agent, PER_AGENT) - start.at,
        )
    if len(starts) >= PER_ADDRESS:
        raise DemoLimitReached(
            f"{PER_ADDRESS} demos an hour can be started from one address.", _free_at(starts, PER_ADDRESS) - start.at
        )


def _free_at(starts: Sequence[Start], limit: int) -> float:
    """When the window will hold one less than the limit."""
    return sorted(start.at for start in starts)[-limit] + WINDOW_SECONDS
