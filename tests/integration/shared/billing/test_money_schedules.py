"""Whatever comes twice, late, in another order or not at all, and wherever processes die: every cent is accounted for.

`make proof` runs 10,000 schedules (benchmarks/proof/money.py); these are a sample of them. A schedule that fails names
its seed, and the command that replays it.
"""

import os
from collections.abc import Callable

import pytest

from local.standins.stripe import refunds
from shared.billing.settlement import Settlement
from shared.billing.subscription import Subscription
from tests.fakes.billing import FakeLedger
from tests.fakes.money_schedules import Difference, Schedule

SAMPLE = range(int(os.environ.get("MAM_MONEY_SEEDS", "120")))


@pytest.mark.parametrize("part", range(4))
def test_of_a_sample_of_schedules_none_differs_from_the_oracle_by_a_cent(part: int) -> None:
    done = [Schedule(seed).run() for seed in SAMPLE if seed % 4 == part]
    assert sum(schedule.crashes.died for schedule in done) > 0
    assert any(row.duplicate_of for schedule in done for row in schedule.world.subscriptions.rows.values())
    assert any(schedule.world.moved() for schedule in done)


def forgets_a_refund(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Settlement, "_book_refund", lambda *_: None)
    monkeypatch.setattr("shared.billing.settlement.refund_entries", lambda *_: [])


def books_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    def add(self: FakeLedger, entry: object) -> bool:
        self.entries[f"entry {len(self.entries)}"] = entry  # pyright: ignore
        return True

    monkeypatch.setattr(FakeLedger, "add", add)


def keeps_duplicates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Subscription, "to_undo", property(lambda _self: False))


def pays_back_at_random(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bank that moves money that nobody tells of."""
    create = refunds.create_refund

    def twice(world: object, params: dict[str, str]) -> dict[str, object]:
        refund = create(world, params)  # pyright: ignore
        world.money.append({**world.money[-1]})  # pyright: ignore
        return refund

    monkeypatch.setattr(refunds, "create_refund", twice)


FAULTS = [forgets_a_refund, books_twice, keeps_duplicates, pays_back_at_random]


def run(seeds: range) -> None:
    for seed in seeds:
        Schedule(seed).run()


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_the_oracle_notices_a_product_that_is_wrong(
    fault: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    fault(monkeypatch)
    with pytest.raises(Difference, match=r"seed \d+: .*--seed \d+"):
        run(range(100))


def test_a_seed_replays_the_same_schedule() -> None:
    first, second = Schedule(7).run(), Schedule(7).run()
    assert first.log == second.log
    assert first.world.moved() == second.world.moved()
    assert first.crashes.died == second.crashes.died
