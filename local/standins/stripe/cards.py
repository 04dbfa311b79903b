"""Stripe's test numbers, and what becomes of a payment with each."""

from dataclasses import dataclass
from hashlib import sha256

from local.standins.stripe.errors import invalid


@dataclass(frozen=True)
class Means:
    """A means of payment. `decline`: why it is refused; `needs_person`: its owner confirms the first payment (3-D
    Secure); `settles`: whether a debit that takes days comes in, null for what is settled at once.
    """

    number: str
    decline: str | None = None
    needs_person: bool = False
    settles: bool | None = None

    @property
    def fingerprint(self) -> str:
        """The same for the same number, as Stripe tells merchants instead of it."""
        return sha256(f"stand-in:{self.number}".encode()).hexdigest()[:16]

    @property
    def kind(self) -> str:
        return "card" if self.settles is None else "sepa_debit"


MEANS = {
    means.number: means
    for means in (
        Means("4242424242424242"),
        Means("5555555555554444"),
        Means("4000000000000002", decline="generic_decline"),
        Means("4000000000009995", decline="insufficient_funds"),
        Means("4000000000000341", decline="generic_decline"),
        Means("4000002500003155", needs_person=True),
        Means("AT611904300234573201", settles=True),
        Means("AT861904300235473202", settles=False),
    )
}
SUCCESS, DECLINE, FAILS_LATER, SECURE = (
    "4242424242424242",
    "4000000000000002",
    "4000000000000341",
    "4000002500003155",
)
DEBIT, FAILING_DEBIT = "AT611904300234573201", "AT861904300235473202"


def means_of(number: str) -> Means:
    found = MEANS.get("".join(number.split()).upper())
    if found is None:
        raise invalid(
            "Only Stripe's test numbers work here, such as 4242 4242 4242 4242.", "number", "incorrect_number"
        )
    return found
