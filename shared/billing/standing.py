"""What each state of a subscription means: the one table that access and the dashboard are read from.

| status | access | Stripe's mail when it begins | the dashboard says |
| --- | --- | --- | --- |
| pending | no | – | Waiting for the payment |
| abandoned | no | – | The checkout was not completed |
| incomplete | no | confirm your payment, if the bank asks | The first payment is not through yet |
| incomplete_expired | no, for ever | – | The first payment failed |
| trialing, active | while paid, and 3 days | receipt | Active |
| past_due | while paid, and 7 days | your payment failed | A payment failed: update your card |
| unpaid | no | your payment failed | Paused until the open invoice is paid |
| paused | no | – | Paused |
| canceled | no, for ever | your subscription has ended | Ended |

The first two are ours: Stripe knows of no subscription before a checkout was paid. Mails about money are Stripe's own,
from the state that is shown here, so the two never contradict each other (docs/operations.md: which to switch on).

Grace after what was paid for covers the hour in which Stripe prepares a renewal's invoice, its late events, and the
tries to collect a payment that failed. A cancellation at the period's end takes no grace: access ends with the period.
"""

from enum import StrEnum

from shared.values import Frozen

DAY = 86_400


class SubscriptionStatus(StrEnum):
    """How a subscription stands: Stripe's eight statuses, and two of a checkout that is not paid."""

    PENDING = "pending"
    ABANDONED = "abandoned"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    CANCELED = "canceled"


class StatusMeaning(Frozen):
    """`grace_seconds` is how long access lasts beyond what was paid for; null is no access at all."""

    grace_seconds: int | None
    shown: str
    ended: bool = False


STANDINGS = {
    SubscriptionStatus.PENDING: StatusMeaning(grace_seconds=None, shown="Waiting for the payment"),
    SubscriptionStatus.ABANDONED: StatusMeaning(grace_seconds=None, shown="The checkout was not completed", ended=True),
    SubscriptionStatus.INCOMPLETE: StatusMeaning(grace_seconds=None, shown="The first payment is not through yet"),
    SubscriptionStatus.INCOMPLETE_EXPIRED: StatusMeaning(
        grace_seconds=None, shown="The first payment failed", ended=True
    ),
    SubscriptionStatus.TRIALING: StatusMeaning(grace_seconds=3 * DAY, shown="Active"),
    SubscriptionStatus.ACTIVE: StatusMeaning(grace_seconds=3 * DAY, shown="Active"),
    SubscriptionStatus.PAST_DUE: StatusMeaning(grace_seconds=7 * DAY, shown="A payment failed: update your card"),
    SubscriptionStatus.UNPAID: StatusMeaning(grace_seconds=None, shown="Paused until the open invoice is paid"),
    SubscriptionStatus.PAUSED: StatusMeaning(grace_seconds=None, shown="Paused"),
    SubscriptionStatus.CANCELED: StatusMeaning(grace_seconds=None, shown="Ended", ended=True),
}


def known_status(name: str) -> SubscriptionStatus | None:
    """Null for a status that Stripe has added since: it changes nothing until somebody decided what it means."""
    stripes = set(SubscriptionStatus) - {SubscriptionStatus.PENDING, SubscriptionStatus.ABANDONED}
    return SubscriptionStatus(name) if name in stripes else None
