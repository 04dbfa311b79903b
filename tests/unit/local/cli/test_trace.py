"""One request's story from the functions' logs."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from local.cli.app import app
from local.cli.trace import NothingLogged, shown, story

ID = "7f3c-request"


def log(root: Path, name: str, *lines: Any) -> None:
    folder = root / "functions"
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(line + "\n" if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    (folder / name).write_text(text, encoding="utf-8")


def line(second: float, message: str, correlation_id: str = ID, **more: Any) -> dict[str, Any]:
    stamp = f"2026-11-29T04:00:{second:06.3f}+00:00"
    return {"level": "INFO", "timestamp": stamp, "message": message, "correlation_id": correlation_id, **more}


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    log(tmp_path, "mam-start-demo.log", line(4, "request", status=202), line(1, "elsewhere", "another"))
    metric = {"_aws": {"Timestamp": 1795924802500, "CloudWatchMetrics": []}, "correlation_id": ID, "ModelCost": [3.0]}
    log(
        tmp_path,
        "mam-perform-run.log",
        line(3, "run ended", state="failed"),
        "Traceback (most recent call last):",
        metric,
    )
    log(tmp_path, "mam-perform-run.log.1", line(1.5, "set aside"))
    log(tmp_path, "mam-forward-to-task.log", line(2, "call forwarded"), "[1, 2]", "{broken")
    return tmp_path


def test_lines_of_all_functions_come_in_the_order_of_time(logs: Path) -> None:
    told = [(each.function, each.message) for each in story(logs, ID)]
    assert told == [
        ("mam-perform-run", "set aside"),
        ("mam-forward-to-task", "call forwarded"),
        ("mam-perform-run", "metric"),
        ("mam-perform-run", "run ended"),
        ("mam-start-demo", "request"),
    ]


def test_a_traceback_belongs_to_the_line_before_it(logs: Path) -> None:
    (ended,) = [each for each in story(logs, ID) if each.message == "run ended"]
    assert ended.text == ["Traceback (most recent call last):"]
    assert ended.details == {"state": "failed"}


def test_an_execution_is_found_by_its_arn_and_a_call_by_lambdas_own_id(tmp_path: Path) -> None:
    log(tmp_path, "mam-scan-posts.log", line(1, "stage done", "scan-1", request="lambda-1"))
    for asked in (
        "scan-1",
        "arn:aws:states:us-east-1:000000000000:execution:market-scan:scan-1",
        "lambda-1",
    ):
        assert [each.message for each in story(tmp_path, asked)] == ["stage done"]


def test_eighty_columns_are_enough_and_a_strangers_text_does_not_steer_the_terminal(tmp_path: Path) -> None:
    log(tmp_path, "mam-get-agent.log", line(1, "post left out", reason="\x1b[2J\u202e" + "long " * 80 + "x" * 300))
    told = list(shown(story(tmp_path, ID)))
    assert len(told) > 5
    assert max(map(len, told)) <= 80
    assert "\x1b" not in "".join(told)
    assert "\u202e" not in "".join(told)


def test_the_start_of_an_id_is_enough_as_logs_show_it(logs: Path) -> None:
    assert len(story(logs, ID[:8])) == 5
    with pytest.raises(NothingLogged):
        story(logs, ID[:7])


def test_an_id_that_nobody_logged_is_told_with_what_an_id_is(tmp_path: Path) -> None:
    with pytest.raises(NothingLogged, match=r"no function logged anything for 'nobody'.*x-request-id"):
        story(tmp_path, "nobody")


def test_the_command_prints_json_for_scripts_and_fails_for_an_unknown_id(
    logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (logs / "logs").mkdir()
    (logs / "functions").rename(logs / "logs" / "functions")
    monkeypatch.setenv("MAM_STATE_DIR", str(logs))
    ran = CliRunner().invoke(app, ["trace", ID, "--json"])
    assert ran.exit_code == 0, ran.output
    assert [each["message"] for each in json.loads(ran.stdout)][-1] == "request"
    assert CliRunner().invoke(app, ["trace", "nobody"]).exit_code == 1
