"""What a person reads about an agent of their own that was held against the gates."""

import pytest

from local.cli.examine import Examined, Folder, _print
from tests.fakes.agent_specs import a_spec
from tests.fakes.reports import a_report


def printed(examined: Examined, capsys: pytest.CaptureFixture[str]) -> str:
    _print(Folder(a_spec(), "", ""), examined)
    return " ".join(capsys.readouterr().out.split())


def test_a_report_is_told_as_so_many_of_so_many(capsys: pytest.CaptureFixture[str]) -> None:
    report = a_report()
    told = printed(Examined(stages=["static gate", "test_agent"], image="sha256:1", report=report), capsys)
    for name, count in report.counts().items():
        assert f"{name} {count['passed']} of {count['run']}" in told
    assert f"{a_spec().slug} passed static gate, test_agent" in told


def test_what_was_found_before_it_ever_ran_is_told_without_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(Examined(stages=["static gate"], findings=["line 3: 'open' is not allowed"]), capsys)
    assert "line 3: 'open' is not allowed" in told
    assert "passed" not in told
