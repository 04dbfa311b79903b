"""How often an account may open a checkout, and a card or customer may be refused, before having to wait.

Thieves test stolen cards wherever a payment is refused or accepted quickly. Besides Stripe's own limits, these limit
tries per card and per customer, across all checkouts.
"""

from collections.abc import Sequence
from typing import Protocol

from shared.errors import DomainProblem
from shared.rate_limits import Policy, RateStanding, count_seconds_left, rate_limit_fields

HOUR = 3_600
CHECKOUTS = Policy(name="checkouts", quota=10, window_seconds=HOUR)
REFUSALS = Policy(name="refused-payments", quota=5, window_seconds=HOUR)


class Attempts(Protocol):
    """A log of the last hour's attempts, by subject and policy."""

    def take(self, subject: str, policy: Policy, name: str, now: float) -> RateStanding:
        """Count an attempt; the same `name` counts once. If it raises TooManyAttempts, it counts nothing."""
        ...

    def look(self, subject: str, policy: Policy, now: float) -> RateStanding:
        """What is left, without counting an attempt."""
        ...


class TooManyAttempts(DomainProblem):
    status = 429
    type = "rate"
    title = "Too many attempts to pay"

    def __init__(self, standings: Sequence[RateStanding]) -> None:
        seconds = count_seconds_left(standings)
        super().__init__(
            f"So many checkouts or refused payments an hour are too many. Try again in {seconds} seconds.",
            headers={"retry-after": str(seconds), **rate_limit_fields(standings)},
        )


def account_subject(account_id: str) -> str:
    return f"account:{account_id}"


def customer_subject(customer_id: str) -> str:
    return f"customer:{customer_id}"


def card_subject(fingerprint: str) -> str:
    return f"card:{fingerprint}"
