"""Which events are shown, in which order, and how they fit a terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from local.cli.log_lines import LogLine, log_lines
from local.cli.logs import NoSuchLog, chosen, follow, last_events, line_of
from local.state import REPOSITORY

LATE = "2026-11-29T05:00:00.000+00:00"


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "functions").mkdir()
    for name in ("emulator", "standins", "functions/mam-scan-posts", "functions/mam-list-agents"):
        (tmp_path / f"{name}.log").write_text("")
    return tmp_path


def line(second: float, message: str, level: str = "INFO", **more: Any) -> str:
    stamp = f"2026-11-29T04:00:{second:06.3f}+00:00"
    about = {"level": level, "timestamp": stamp, "message": message, "correlation_id": "7f3c5a9e-request"}
    return json.dumps({**about, **more}) + "\n"


def metric(milliseconds: int) -> str:
    return json.dumps({"_aws": {"Timestamp": milliseconds, "CloudWatchMetrics": []}, "ModelCost": [3.0]}) + "\n"


def event(message: str = "stage done", **changes: Any) -> LogLine:
    about: dict[str, Any] = {"at": LATE, "function": "mam-scan-posts", "level": "INFO", "details": {}}
    return LogLine(**{**about, "message": message, **changes})


def test_a_part_of_the_name_is_enough(logs: Path) -> None:
    assert [file.stem for file in chosen(logs, "scan")] == ["mam-scan-posts"]
    assert [file.stem for file in chosen(logs, "mam-")] == ["mam-list-agents", "mam-scan-posts"]
    assert len(chosen(logs, None)) == 4


def test_a_name_that_nothing_has_is_answered_with_those_there_are(logs: Path) -> None:
    with pytest.raises(NoSuchLog, match=r"'nosuch'.* there are: emulator, standins, mam-list-agents, mam-scan-posts"):
        chosen(logs, "nosuch")


def test_before_anything_ran_it_says_what_makes_logs(tmp_path: Path) -> None:
    with pytest.raises(NoSuchLog, match="make up"):
        chosen(tmp_path / "logs", None)


def test_events_of_all_files_come_in_the_order_of_time_the_newest_of_all(logs: Path) -> None:
    (logs / "functions" / "mam-scan-posts.log").write_text(line(1, "one") + line(4, "four"))
    (logs / "functions" / "mam-list-agents.log").write_text(line(2, "two") + line(3, "three"))
    files = chosen(logs, "mam-")
    assert [each.message for each in last_events(files, 3, metrics=False)] == ["two", "three", "four"]
    assert last_events(files, 0, metrics=False) == []


def test_metrics_are_left_out_unless_asked_for(logs: Path) -> None:
    (logs / "functions" / "mam-scan-posts.log").write_text(line(1, "one") + metric(1795924802500))
    files = chosen(logs, "scan")
    assert [each.message for each in last_events(files, 9, metrics=False)] == ["one"]
    assert [each.message for each in last_events(files, 9, metrics=True)] == ["one", "metric"]


def test_a_traceback_of_a_process_is_one_event_and_its_other_lines_are_one_each() -> None:
    text = ["starting", "Traceback (most recent call last):", '  File "x.py", line 1', "OSError: disk full", "ready"]
    found = list(log_lines("emulator", text, LATE))
    assert [each.message for each in found] == ["starting", "Traceback (most recent call last):", "ready"]
    assert [each.is_error for each in found] == [False, True, False]
    assert "OSError: disk full" in line_of(found[1], 80, colours=False)


def test_an_event_is_one_line_as_wide_as_the_terminal_and_steers_it_nowhere() -> None:
    shown = line_of(event("post left out", details={"reason": "\x1b[2J\n" + "long " * 80}), 80, colours=False)
    assert len(shown) == 80
    assert shown.endswith("…")
    assert "\x1b" not in shown
    assert "\n" not in shown


def test_errors_stand_out_and_what_says_nothing_is_left_out() -> None:
    failed = event("stage failed", level="ERROR", details={"cold_start": True, "reason": None, "stage": "test_agent"})
    assert line_of(failed, 80, colours=False).endswith("ERROR stage failed stage=test_agent")
    assert line_of(failed, 80, colours=True).startswith("\x1b[1;31m")
    assert "\x1b" not in line_of(event(), 80, colours=True)


def test_the_start_of_the_id_that_trace_takes_is_shown() -> None:
    assert " 7f3c5a9e stage done" in line_of(event(correlation_id="7f3c5a9e-request"), 80, colours=False)


def test_following_shows_complete_lines_of_files_that_come_later(logs: Path) -> None:
    events = follow(logs, None, metrics=False)
    (logs / "functions" / "mam-get-agent.log").write_text(line(1, "one") + '{"half": ')
    first = next(events)
    assert (first.function, first.message) == ("mam-get-agent", "one")


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_ctrl_c_ends_it_without_a_word(tmp_path: Path, arguments: list[str]) -> None:
    state = tmp_path / "state"
    (state / "logs" / "functions").mkdir(parents=True)
    (state / "logs" / "functions" / "mam-scan-posts.log").write_text(line(1, "one"))
    watching = subprocess.Popen(
        [sys.executable, "-m", "local", "logs", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "MAM_STATE_DIR": str(state), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert watching.stdout is not None
    assert "one" in watching.stdout.readline()
    time.sleep(0.2)
    watching.send_signal(signal.SIGINT)
    _, errors = watching.communicate(timeout=20)
    assert (watching.returncode, errors) == (0, "")
