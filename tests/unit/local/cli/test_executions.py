"""How the last scans and builds are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.cli.executions import document_of, rows_of_executions
from local.workflows import Started

BEGAN = datetime(2026, 11, 29, 5, 17, 40, tzinfo=UTC)


def started(status: str = "SUCCEEDED", **changes: Any) -> Started:
    about: dict[str, Any] = {"arn": "arn:x", "name": "d98caf46-a380-48db-b03e-e4dfe5f3df85", "request": {}}
    times = {"started": BEGAN, "stopped": BEGAN + timedelta(seconds=12.34)}
    return Started(status=status, **{**about, **times, **changes})


def test_a_failed_one_is_told_with_the_stage_that_failed() -> None:
    told = document_of(started("FAILED"), "market-scan", "scan_posts")
    assert (told["seconds"], told["stage"], told["started"]) == (12.3, "scan_posts", "2026-11-29T05:17:40+00:00")
    assert "failed in scan_posts" in rows_of_executions([told])[1]


def test_a_build_is_told_with_its_outcome() -> None:
    output = {"outcome": "rejected", "reason": "too slow"}
    told = document_of(started(output=output), "agent-factory", None)
    assert (told["outcome"], told["reason"]) == ("rejected", "too slow")
    assert rows_of_executions([told])[1].endswith("12 s  rejected")
    nothing = document_of(started(output={"next": "nothing_to_build"}), "agent-factory", None)
    assert rows_of_executions([nothing])[1].endswith("nothing to build")


def test_one_that_runs_is_told_with_where_it_is() -> None:
    told = document_of(started("RUNNING", stopped=None), "agent-factory", "test_agent")
    assert told["seconds"] > 0
    assert rows_of_executions([told])[1].endswith("running: test_agent")


def test_its_input_is_shown_and_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    request = {"subreddits": [f"subreddit_{number}" for number in range(30)]}
    lines = rows_of_executions([document_of(started(request=request), "market-scan", None)])
    assert max(map(len, lines)) <= 80
    assert "subreddit_29" in " ".join(lines)


def test_before_anything_ran_it_says_how_to_start() -> None:
    assert "python -m local scan" in rows_of_executions([])[0]
