"""The header fields that tell callers what is left of a limit: `RateLimit-Policy` and `RateLimit` of
draft-ietf-httpapi-ratelimit-headers-11, made from the limiter's own decision. Pure.
"""

import ipaddress
import math
from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from shared.values import Frozen

IPV6_PREFIX = 64


class Policy(Frozen):
    """At most `quota` requests in any `window_seconds`. The name links the two header fields."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    quota: Annotated[int, Field(ge=1)]
    window_seconds: Annotated[int, Field(ge=1)]


class RateStanding(Frozen):
    """What is left of a policy. `free_in_seconds`: the time until more is left than now; null if nothing is used."""

    policy: Policy
    remaining: int
    free_in_seconds: int | None


def find_standing(policy: Policy, times: Sequence[float], now: float) -> RateStanding:
    """The standing, from the times of the requests allowed within the window (epoch seconds).

    If nothing remains, a caller who waits `free_in_seconds` is allowed again, unless others come first.
    """
    binding = sorted(times)[-policy.quota :]
    free_at = binding[0] + policy.window_seconds if binding else None
    return RateStanding(
        policy=policy,
        remaining=policy.quota - len(binding),
        free_in_seconds=None if free_at is None else min(max(1, math.ceil(free_at - now)), policy.window_seconds),
    )


def count_seconds_left(standings: Sequence[RateStanding]) -> int:
    """Seconds until every policy allows one more request: the value of `Retry-After`."""
    return max((each.free_in_seconds or 1 for each in standings if each.remaining == 0), default=1)


def rate_limit_fields(standings: Sequence[RateStanding]) -> dict[str, str]:
    """The two response headers, with one member for each policy. Empty for a route without limits."""
    if not standings:
        return {}
    policies = (f'"{each.policy.name}";q={each.policy.quota};w={each.policy.window_seconds}' for each in standings)
    return {"ratelimit-policy": ", ".join(policies), "ratelimit": ", ".join(map(_write_member, standings))}


def _write_member(each: RateStanding) -> str:
    reset = "" if each.free_in_seconds is None else f";t={each.free_in_seconds}"
    return f'"{each.policy.name}";r={each.remaining}{reset}'


def choose_subject(address: str) -> str:
    """The address that is counted as one caller: an IPv4 address, or the /64 of an IPv6 address, since a customer
    usually has a whole /64.
    """
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
    return str(parsed)
