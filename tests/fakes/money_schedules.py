"""Random schedules of everything that can happen to money, and the ledger of an oracle that they are held against.

One schedule is a seed: who buys, pays, cancels, is refunded or disputes, in which order events come, come twice, or are
lost and sent again, at which writes processes die, and what goes on between a question to Stripe and its answer. The
oracle knows nothing of the product: it adds up what moved at the bank.
"""

import contextlib
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from local.standins.stripe import checkout, refunds, subscriptions
from local.standins.stripe.cards import DEBIT, DECLINE, FAILING_DEBIT, MEANS, SECURE, SUCCESS
from local.standins.stripe.checkout import NeedsPerson
from local.standins.stripe.errors import StripeError
from local.standins.stripe.world import Thing
from shared.errors import DomainProblem
from tests.fakes.crashes import Crash
from tests.fakes.money_world import MoneyWorld

ACCOUNTS, SLUGS = ("usr_ann", "usr_bob"), ("price-watch", "ledger-tidy")
PRICES = (900, 1_900, 4_900)
NUMBERS = (SUCCESS, SUCCESS, SUCCESS, DEBIT, FAILING_DEBIT, SECURE, DECLINE)
CRASHES = 0.04
INTERRUPTIONS = 0.15
STEPS = (15, 50)
DAY = 86_400


class Difference(AssertionError):
    """Product and oracle disagree; the message names the seed, which replays it."""


class RandomCrashes:
    """Any write may die, before it reaches its store or after, until `over`."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.over = False
        self.died = 0

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        dies = not self.over and self._rng.random() < CRASHES
        late = self._rng.random() < 0.5
        self.died += dies
        if dies and not late:
            raise Crash(f"before {name}")
        yield
        if dies:
            raise Crash(f"after {name}")


class Schedule:
    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.rng = random.Random(seed)
        self.crashes = RandomCrashes(self.rng)
        self.world = MoneyWorld(seed, self.crashes)
        self.log: list[str] = []
        self._inside = False
        self._others = 200
        self.world.sdk.broken = self._broken
        self.world.sdk.meanwhile = self._meanwhile

    def run(self) -> "Schedule":
        """Raises Difference."""
        for slug in SLUGS:
            self.world.publish(slug)
        for _ in range(self.rng.randint(*STEPS)):
            self._step()
        self._come_to_rest()
        self.check()
        return self

    def _step(self) -> None:
        deeds: list[tuple[int, Callable[[], object]]] = [
            (6, self._open),
            (9, self._pay),
            (9, self._deliver),
            (4, self._pass_time),
            (2, self._look),
            (2, self._cancel),
            (1, self._portal),
            (2, self._refund),
            (1, self._dispute),
            (1, self._other_card),
            (1, self._other_price),
            (1, self._forget_attempt),
            (3, self._pay_in_two_tabs),
            (1, self._reconcile),
        ]
        [(_, deed)] = self.rng.choices(deeds, [weight for weight, _ in deeds])
        self.log.append(deed.__name__)
        with contextlib.suppress(Crash, DomainProblem, StripeError, NeedsPerson):
            deed()

    def _meanwhile(self) -> None:
        """While an answer of Stripe's is on its way, other processes work."""
        if self._inside or not self._others or self.rng.random() >= INTERRUPTIONS:
            return
        self._inside, self._others = True, self._others - 1
        try:
            with contextlib.suppress(Crash, DomainProblem, StripeError, NeedsPerson):
                self.rng.choice([self._deliver, self._pay, self._look, self._cancel, self._end_and_arrive])()
        finally:
            self._inside = False

    def _end_and_arrive(self) -> None:
        """Somebody ends a subscription at Stripe, and all events of it are processed at once."""
        live = [one for one in self.world.stripe.every("subscription") if one["status"] not in subscriptions.ENDED]
        if live:
            subscriptions.cancel_subscription(self.world.stripe, {}, self.rng.choice(live)["id"])
            self.world.deliver_all()

    def _broken(self, method: str, _path: str) -> int | None:
        """Now and then Stripe fails."""
        return 500 if not self.crashes.over and method == "GET" and self.rng.random() < 0.01 else None

    def _open(self) -> None:
        self.world.open(self.rng.choice(ACCOUNTS), self.rng.choice(SLUGS))

    def _pay(self) -> None:
        """Any page that was ever opened, in whichever tab it still stands."""
        pages = list(self.world.stripe.every("checkout.session"))
        if not pages:
            return
        session, number = self.rng.choice(pages), self.rng.choice(NUMBERS)
        confirmed = self.rng.choice([True, False]) if MEANS[number].needs_person else None
        checkout.pay(self.world.stripe, session, number, confirmed=confirmed)

    def _deliver(self) -> None:
        """A few of what waits, in any order; some stay, so that they come again, and some fail half-way."""
        outbox = self.world.stripe.outbox
        for event_id in self.rng.sample(outbox, min(len(outbox), self.rng.randint(1, 8))):
            if self.rng.random() < 0.15:
                continue  # dropped: it is sent again
            try:
                self.world.deliver(event_id)
            except (Crash, DomainProblem):
                continue
            if self.rng.random() < 0.8 and event_id in outbox:
                outbox.remove(event_id)  # confirmed; the others come twice

    def _pass_time(self) -> None:
        self.world.pass_time(self.rng.choice([60, 3_700, DAY, 4 * DAY, 12 * DAY, 32 * DAY]))

    def _look(self) -> None:
        row = self._any_row()
        if row is not None and row.checkout is not None:
            self.world.following.follow_checkout(row.checkout.session_id, row.subscription_id)

    def _cancel(self) -> None:
        row = self._any_row()
        if row is not None:
            self.world.cancel(row)

    def _portal(self) -> None:
        held = list(self.world.stripe.every("subscription"))
        if held:
            wanted = self.rng.choice(["true", "false"])
            subscriptions.update_subscription(
                self.world.stripe, {"cancel_at_period_end": wanted}, self.rng.choice(held)["id"]
            )

    def _refund(self) -> None:
        charge = self._any_charge()
        if charge is None:
            return
        amount = {"amount": str(self.rng.randint(1, charge["amount"]))} if self.rng.random() < 0.5 else {}
        refund = refunds.create_refund(self.world.stripe, {"charge": charge["id"], **amount})
        if self.rng.random() < 0.2:
            refunds.fail_refund(self.world.stripe, refund)

    def _dispute(self) -> None:
        charge = self._any_charge()
        if charge is None or charge["refunded"]:
            return
        dispute = refunds.open_dispute(self.world.stripe, charge)
        if self.rng.random() < 0.6:
            refunds.close_dispute(self.world.stripe, dispute, self.rng.choice(["won", "lost"]))

    def _other_card(self) -> None:
        payers = [one for one in self.world.stripe.every("customer") if one["_number"]]
        if payers:
            self.rng.choice(payers)["_number"] = self.rng.choice([SUCCESS, DECLINE])

    def _other_price(self) -> None:
        self.world.publish(self.rng.choice(SLUGS), self.rng.choice(PRICES))

    def _forget_attempt(self) -> None:
        """As if two tabs had opened a page each, or a write was lost: the next checkout is another one."""
        for key, place in self.world.subscriptions.places.items():
            self.world.subscriptions.places[key] = place.model_copy(update={"attempt": None})

    def _pay_in_two_tabs(self) -> None:
        """Each with a page of its own, for one agent; whatever crashes, some of it has happened."""
        account, slug = self.rng.choice(ACCOUNTS), self.rng.choice(SLUGS)
        for number in (SUCCESS, self.rng.choice([SUCCESS, SUCCESS, DEBIT])):
            self._forget_attempt()
            self.world.pay(self.world.open(account, slug), number)

    def _reconcile(self) -> None:
        self.world.reconcile()

    def _any_row(self):
        rows = list(self.world.subscriptions.rows.values())
        return self.rng.choice(rows) if rows else None

    def _any_charge(self) -> Thing | None:
        """Of no duplicate: giving back what was given back is the bank's own business."""
        duplicates = {row.stripe_id for row in self.world.subscriptions.rows.values() if row.duplicate_of}
        charges = [
            self.world.stripe.objects[one["id"]]
            for one in self.world.stripe.money
            if one["kind"] == "charge" and one["subscription"] not in duplicates
        ]
        return self.rng.choice(charges) if charges else None

    def _come_to_rest(self) -> None:
        """Nobody dies any more. What is on its way arrives, or in some schedules the latest of it is lost for good and
        found by the reconciler, who has nothing to do in the others.
        """
        self.crashes.over = True
        self._others = 8
        self.world.told.clear()
        self.world.pass_time(self.rng.choice([60, 5 * DAY, 40 * DAY]))
        lost = self.rng.random() < 0.3
        recent = self.world.now - 20 * 3_600
        while self.world.stripe.outbox:
            waiting = list(self.world.stripe.outbox)
            self.rng.shuffle(waiting)
            self.world.stripe.outbox.clear()
            self.world.deliver(
                *(one for one in waiting if not (lost and self.world.stripe.objects[one]["created"] > recent))
            )
        self._others = 0
        if not lost:
            self.check()
        for _ in range(2):
            self.world.pass_time(700)
            self.world.reconcile()
            self.world.deliver_all()

    def check(self) -> None:
        for found, expected, what in self._held():
            if found != expected:
                raise Difference(
                    f"seed {self.seed}: {what}: the product has {found}, the oracle {expected}; replay it with "
                    f"`python -m benchmarks.proof.money --seed {self.seed}`"
                )

    def _held(self) -> Iterator[tuple[object, object, str]]:
        world = self.world
        yield self._booked(), self._moved(), "money by subscription, kind and currency"
        yield world.told, [], "what the reconciler could not repair"
        for row in world.subscriptions.rows.values():
            stripes = world.stripe_of(row)
            yield len(stripes) <= 1, True, f"{row.subscription_id} has more than one subscription at Stripe"
            status = stripes[0]["status"] if stripes else None
            if status is not None:
                yield str(row.status), status, f"status of {row.subscription_id}"
                yield row.paid_until >= self._paid_until(stripes[0]), True, f"paid time of {row.subscription_id}"
            sessions = [
                one
                for one in world.stripe.every("checkout.session")
                if one["client_reference_id"] == row.subscription_id
            ]
            yield len(sessions) <= 1, True, f"{row.subscription_id} has more than one page"
            if row.duplicate_of is not None:
                yield (status, row.undone), ("canceled", True), f"duplicate {row.subscription_id}"
                yield self._kept_of(stripes[0]), 0, f"money kept of the duplicate {row.subscription_id}"
        for place, live in self._live().items():
            yield live <= 1, True, f"live subscriptions of {place}"
        for account in ACCOUNTS:
            yield len(self._payers(account)) <= 1, True, f"Stripe's customers of {account}"

    def _booked(self) -> dict[tuple[str, str, str], int]:
        found: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        for entry in self.world.ledger.entries.values():
            found[entry.subscription_id, str(entry.kind), entry.currency] += entry.amount
        return dict(found)

    def _moved(self) -> dict[tuple[str, str, str], int]:
        """From the bank's list alone: what moved, and for which of our names."""
        found: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        for one in self.world.stripe.money:
            name = self.world.stripe.objects[one["subscription"]]["metadata"]["mam_subscription"]
            kind = "payment" if one["kind"] == "charge" else one["kind"]
            found[name, kind, one["currency"].upper()] += one["amount"]
        return dict(found)

    def _paid_until(self, subscription: Thing) -> int:
        """0 for what has ended: nobody asks any more."""
        if subscription["status"] in subscriptions.ENDED:
            return 0
        invoices = [
            one
            for one in self.world.stripe.every("invoice")
            if one["parent"]["subscription_details"]["subscription"] == subscription["id"] and one["status"] == "paid"
        ]
        return max((one["lines"]["data"][0]["period"]["end"] for one in invoices), default=0)

    def _kept_of(self, subscription: Thing) -> int:
        """Without what a bank has an argument about, which nobody can refund meanwhile."""
        movements = [one for one in self.world.stripe.money if one["subscription"] == subscription["id"]]
        if any(one["kind"].startswith("dispute") or one["kind"] == "refund_failed" for one in movements):
            return 0
        return sum(one["amount"] for one in movements)

    def _live(self) -> Counter[tuple[str, str]]:
        """Of each account and agent: subscriptions that were paid and have not ended, as Stripe has them."""
        found: Counter[tuple[str, str]] = Counter()
        for row in self.world.subscriptions.rows.values():
            for one in self.world.stripe_of(row):
                if one["status"] not in subscriptions.ENDED and self._paid_until(one):
                    found[row.account_id, row.plan.slug] += 1
        return found

    def _payers(self, account: str) -> set[str]:
        """Stripe's customers that pages were opened for."""
        names = {row.subscription_id for row in self.world.subscriptions.rows.values() if row.account_id == account}
        pages = self.world.stripe.every("checkout.session")
        return {one["customer"] for one in pages if one["client_reference_id"] in names}
