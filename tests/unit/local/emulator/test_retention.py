"""State that would grow forever stays within bounds, and nothing that still runs is dropped."""

from collections.abc import Iterator

import pytest
from ministack.services import cloudwatch, stepfunctions

from local.emulator.retention import KEPT_EXECUTIONS, KEPT_POINTS, trim


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    stepfunctions.reset()
    cloudwatch.reset()


def test_the_oldest_ended_executions_go_and_running_ones_stay() -> None:
    stepfunctions._executions["running"] = {"status": "RUNNING", "startDate": "2000"}
    for number in range(KEPT_EXECUTIONS + 5):
        stepfunctions._executions[f"e{number}"] = {"status": "FAILED", "startDate": f"2026-{number:05d}"}
    trim()
    kept = {key[2] for key in stepfunctions._executions._data}
    assert len(kept) == KEPT_EXECUTIONS + 1
    assert {"running", "e5"} <= kept
    assert "e4" not in kept


def test_the_newest_points_of_a_metric_stay() -> None:
    for number in range(KEPT_POINTS + 10):
        cloudwatch.record_metric("AWS/Lambda", "Invocations", number)
    trim()
    (points,) = cloudwatch._metrics._data.values()
    assert (len(points), points[-1]["Value"]) == (KEPT_POINTS, KEPT_POINTS + 9)
