"""What each state of a subscription means: the one table that determines access and the dashboard's text.

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

The first two are ours, since Stripe has no subscription before a checkout is paid. Stripe itself sends mails about
money, from the same state as shown here, so the two never contradict each other (docs/operations.md: which to switch
on).

Grace after the paid period covers the hour in which Stripe prepares a renewal's invoice, late events, and the retries
of a failed payment. A cancellation at the period's end has no grace: access ends with the period.
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
    """`grace_seconds` is how long access lasts beyond the paid period; null means no access at all."""

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
    """The status; None for one that Stripe added later, which changes nothing until somebody decides what it means."""
    stripes = set(SubscriptionStatus) - {SubscriptionStatus.PENDING, SubscriptionStatus.ABANDONED}
    return SubscriptionStatus(name) if name in stripes else None
