"""10,000 random schedules of payments against a bank's own list. `--seed N` replays one and prints its steps."""

import argparse
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

SCHEDULES = 10_000
PORTION = 100
RESULT = Path(__file__).parents[2] / "docs" / "proof" / "money.json"

Counts = dict[str, int]


def portion(first: int, end: int) -> tuple[Counts, list[str]]:
    """What the schedules of these seeds went through, and how each that differs does."""
    from tests.fakes.money_schedules import Difference, Schedule

    counts = {"schedules": 0, "crashes": 0, "duplicates": 0, "entries": 0, "stripe_calls": 0, "cents_moved": 0}
    differences: list[str] = []
    for seed in range(first, end):
        schedule = Schedule(seed)
        try:
            schedule.run()
        except Difference as error:
            differences.append(str(error))
        world = schedule.world
        counts["schedules"] += 1
        counts["crashes"] += schedule.crashes.died
        counts["duplicates"] += sum(row.duplicate_of is not None for row in world.subscriptions.rows.values())
        counts["entries"] += len(world.ledger.entries)
        counts["stripe_calls"] += len(world.sdk.calls)
        counts["cents_moved"] += sum(abs(one["amount"]) for one in world.stripe.money)
    return counts, differences


def money_holds(code: str, schedules: int = SCHEDULES) -> bool:
    """Writes what was run on this code; what was shown for it before is not run again."""
    known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    if known.get("code") == code and known.get("schedules", 0) >= schedules and not known["differences"]:
        print(f"money: {known['schedules']} schedules were shown for this code")
        return True
    total: Counts = {}
    differences: list[str] = []
    firsts = range(0, schedules, PORTION)
    with ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        for counts, found in pool.map(portion, firsts, [min(first + PORTION, schedules) for first in firsts]):
            total = {name: total.get(name, 0) + number for name, number in counts.items()}
            differences += found
            for line in found:
                print(f"money: BROKEN: {line}", flush=True)
    result = {"case": "money", "code": code, **total, "differences": len(differences)}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"money: {total['schedules']} schedules, {len(differences)} differ from the oracle; see {RESULT.name}")
    return not differences


def replay(seed: int) -> int:
    from tests.fakes.money_schedules import Difference, Schedule

    schedule = Schedule(seed)
    try:
        schedule.run()
    except Difference as error:
        print("\n".join(schedule.log))
        print(error)
        return 1
    print("\n".join(schedule.log))
    print(f"seed {seed}: no difference; {schedule.world.moved()} cents are kept")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks.proof.money")
    parser.add_argument("--seed", type=int, help="replay one schedule")
    parser.add_argument("--schedules", type=int, default=SCHEDULES)
    given = parser.parse_args()
    if given.seed is not None:
        sys.exit(replay(given.seed))
    from benchmarks.proof.__main__ import product_digest

    sys.exit(0 if money_holds(product_digest(), given.schedules) else 1)
