"""What is printed when a failed execution went on."""

from typing import Any

import pytest

from local.cli import redrive
from local.ports import Ports
from local.workflows import Execution

SCAN = "arn:aws:states:us-east-1:0:execution:market-scan:s1"
FILE = {"sources": ["reddit:fed_fdab0111106b_1"], "limit": 1000}
DONE = {"scan_id": "s1", "post_count": 60, "saved": 2, "unchanged": 1}


class Redriven:
    """Stands in for the workflows: one execution that ended as told."""

    def __init__(self, ended: Execution) -> None:
        self._ended = ended

    def redrive(self, _name: str) -> str:
        return self._ended.arn

    def follow(self, _arn: str, **_: Any) -> Execution:
        return self._ended


def printed(
    ended: Execution, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, as_json: bool = False
) -> str:
    monkeypatch.setattr(redrive, "Workflows", lambda _: Redriven(ended))
    assert redrive.redrive("s1", Ports(1), as_json=as_json) is ended.succeeded
    return capsys.readouterr().out


def test_a_scan_of_a_file_says_what_it_did_and_how_to_see_its_opportunities(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = printed(Execution(SCAN, "s1", "SUCCEEDED", DONE, "", "", 1.0, request=FILE), monkeypatch, capsys)
    assert "New posts: 60; opportunities saved: 2, unchanged: 1" in text
    assert "Run the scan of the file again" in text
    assert "{" not in text


def test_a_scan_of_reddit_names_no_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = printed(Execution(SCAN, "s1", "SUCCEEDED", DONE, "", "", 1.0, request={}), monkeypatch, capsys)
    assert "file" not in text


def test_a_scan_that_fails_again_says_why(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Execution(SCAN, "s1", "FAILED", None, "StageFailed", "the model [x] is busy", 1.0, request=FILE)
    text = printed(ended, monkeypatch, capsys)
    assert "the model [x] is busy" in text
    assert "-m local redrive s1" in text


def test_scripts_get_the_execution_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ended = Execution(SCAN, "s1", "SUCCEEDED", DONE, "", "", 1.0, request=FILE)
    assert '"status": "SUCCEEDED"' in printed(ended, monkeypatch, capsys, as_json=True)
