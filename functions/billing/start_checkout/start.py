"""Opens a checkout. The intent is stored first, so that after any crash the same intent leads to the same page.

An account has at most one open checkout for an agent: two tabs show one page, which can be paid once. If a second
subscription is paid nevertheless, it is undone at settlement (docs/decisions/0040).
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from shared.billing.attempts import CHECKOUTS, REFUSALS, Attempts, TooManyAttempts, account_subject, customer_subject
from shared.billing.customers import Customers, customer_for
from shared.billing.following import Following
from shared.billing.payments import NewCheckout, Payments
from shared.billing.plan import Plan
from shared.billing.standing import SubscriptionStatus
from shared.billing.subscription import Checkout, PriceIds, Subscription, Subscriptions, change_row
from shared.catalogue.published import find_published_agent
from shared.catalogue.repository import AgentsRepository
from shared.errors import DomainProblem

ROUNDS = 5
INTENT_SECONDS = 20 * 3_600
"""Less than the day for which Stripe remembers an idempotency key. Within it, a retry after a crash that lost the
page's address leads to the same page.
"""


class AlreadySubscribed(DomainProblem):
    status = 409
    type = "already-subscribed"
    title = "You are subscribed already"

    def __init__(self, row: Subscription) -> None:
        super().__init__(
            f"You have a subscription to {row.plan.slug!r}: {row.subscription_id}.",
            extra={"subscription_id": row.subscription_id},
        )


class PaymentUnderWay(DomainProblem):
    status = 409
    type = "payment-under-way"
    title = "A payment is under way"

    def __init__(self, row: Subscription) -> None:
        super().__init__(
            "Your checkout is complete and its payment is on its way, which takes days with a bank debit. "
            f"GET /api/v1/subscriptions/{row.subscription_id} tells how it stands.",
            extra={"subscription_id": row.subscription_id},
        )


@dataclass(frozen=True)
class CheckoutDesk:
    """`site` is the address to which customers return. `tax` says whether Stripe computes taxes. `clock` is epoch
    seconds.
    """

    agents: AgentsRepository
    subscriptions: Subscriptions
    prices: PriceIds
    customers: Customers
    attempts: Attempts
    payments: Callable[[], Payments]
    site: str
    tax: bool
    clock: Callable[[], float]

    def open(self, slug: str, account_id: str) -> Subscription:
        """The row with an open checkout. Raises NoSuchAgent, AgentWithdrawn, AlreadySubscribed, PaymentUnderWay,
        TooManyAttempts, PaymentsUnavailable.
        """
        summary = find_published_agent(self.agents, slug).summary
        assert summary is not None
        plan = Plan(slug=slug, name=summary.name, price=summary.price)
        for _ in range(ROUNDS):
            place = self.subscriptions.place(account_id, slug)
            self._refuse_second(place.live)
            usable = self._usable_attempt(place.attempt, plan)
            if usable is not None:
                return self._with_page(usable)
            fresh = self._fresh(account_id, plan)
            if self.subscriptions.open(fresh, place):
                return self._with_page(fresh.model_copy(update={"version": 1}))
        raise RuntimeError(f"the checkouts of one account for {slug} change too often")

    def _refuse_second(self, live: str | None) -> None:
        row = self.subscriptions.get(live) if live else None
        if row is not None and row.holds_place:
            raise AlreadySubscribed(row)

    def _usable_attempt(self, attempt: str | None, plan: Plan) -> Subscription | None:
        """The checkout opened earlier, if it can still be paid and its terms have not changed."""
        row = self.subscriptions.get(attempt) if attempt else None
        if row is None or row.ended or row.duplicate_of is not None:
            return None
        if row.status is not SubscriptionStatus.PENDING:
            raise AlreadySubscribed(row) if row.holds_place else PaymentUnderWay(row)
        same = row.plan.price_key == plan.price_key
        if row.checkout is None:
            return row if same and self.clock() < row.created_at + INTENT_SECONDS else None
        return self._as_stripe_knows(row, row.checkout, same=same)

    def _as_stripe_knows(self, row: Subscription, checkout: Checkout, *, same: bool) -> Subscription | None:
        payments = self.payments()
        if not same:
            payments.expire_checkout(checkout.session_id)
        now = Following(payments, self.subscriptions).follow_checkout(checkout.session_id, row.subscription_id)
        if now is None or now.ended or now.duplicate_of is not None:
            return None
        if now.status is SubscriptionStatus.PENDING:
            return now
        raise AlreadySubscribed(now) if now.holds_place else PaymentUnderWay(now)

    def _fresh(self, account_id: str, plan: Plan) -> Subscription:
        now = self.clock()
        subscription_id = f"mamsub_{secrets.token_hex(12)}"
        self.attempts.take(account_subject(account_id), CHECKOUTS, subscription_id, now)
        customer = self.customers.customer_of(account_id)
        if customer is not None:
            refused = self.attempts.look(customer_subject(customer), REFUSALS, now)
            if refused.remaining <= 0:
                raise TooManyAttempts([refused])
        return Subscription(
            subscription_id=subscription_id,
            account_id=account_id,
            plan=plan,
            created_at=int(now),
            customer_id=customer,
        )

    def _with_page(self, row: Subscription) -> Subscription:
        if row.checkout is not None:
            return row
        payments = self.payments()
        customer = row.customer_id or customer_for(row.account_id, self.customers, payments)
        seen = payments.open_checkout(
            NewCheckout(
                subscription_id=row.subscription_id,
                customer_id=customer,
                price_id=self._price(row.plan, payments),
                success_url=f"{self.site}/dashboard?checkout=done&subscription={row.subscription_id}",
                cancel_url=f"{self.site}/agents/{row.plan.slug}?checkout=cancelled",
                tax=self.tax,
            )
        )
        page = Checkout(session_id=seen.session_id, url=seen.url or "", expires_at=seen.expires_at)
        opened = {"checkout": page, "customer_id": customer}
        return change_row(self.subscriptions, row, lambda now: now.model_copy(update=opened))

    def _price(self, plan: Plan, payments: Payments) -> str:
        """Stripe's id of the price, which was usually made when the agent was published."""
        known = self.prices.price_id(plan.price_key)
        if known is not None:
            return known
        made = payments.price(plan)
        self.prices.keep_price_id(plan.price_key, made)
        return made
