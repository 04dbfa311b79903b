"""How often an account may open a checkout, and how often a card or a customer may be refused, before it has to wait.

Stolen cards are tried out wherever a payment is refused or taken quickly. Stripe has its own guards; these are ours,
per card and per customer, whichever checkout they use.
"""

from collections.abc import Sequence
from typing import Protocol

from shared.errors import DomainProblem
from shared.rate_limits import Policy, RateStanding, count_seconds_left, rate_limit_fields

HOUR = 3_600
CHECKOUTS = Policy(name="checkouts", quota=10, window_seconds=HOUR)
REFUSALS = Policy(name="refused-payments", quota=5, window_seconds=HOUR)


class Attempts(Protocol):
    """A log of what was tried within the last hour, by subject and policy."""

    def take(self, subject: str, policy: Policy, name: str, now: float) -> RateStanding:
        """Count an attempt; the same `name` counts once. Raises TooManyAttempts, and then counts nothing."""
        ...

    def look(self, subject: str, policy: Policy, now: float) -> RateStanding:
        """What is left, counting nothing."""
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
