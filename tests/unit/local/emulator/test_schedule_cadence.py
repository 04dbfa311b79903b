"""When a schedule is due after a restart."""

import pytest

from local.emulator.patches.schedule_cadence import last_due


@pytest.mark.parametrize(
    ("now", "last"),
    [(1000.0, 1000.0), (1059.0, 1000.0), (1060.0, 1060.0), (1000.0 + 60 * 1440 + 5, 1000.0 + 60 * 1440)],
)
def test_a_rate_counts_whole_intervals_from_its_creation(now: float, last: float) -> None:
    assert last_due(1000.0, 60, now) == last
