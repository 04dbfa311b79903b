import subprocess
from typing import Any

import pytest

from shared.adapters.code_linters import CodeLinters, LinterUnavailable

GOOD = "async def run(input, tools):\n    return {}\n"


def test_clean_code_has_no_findings() -> None:
    assert CodeLinters().findings(GOOD) == []


def test_both_linters_speak_and_comments_do_not_silence_them() -> None:
    findings = CodeLinters().findings("X = eval('1')  # noqa # nosec\n" + GOOD)

    assert any("(ruff S307)" in finding for finding in findings)
    assert any("(bandit B307)" in finding for finding in findings)
    assert all(finding.startswith("line 1: ") for finding in findings)


def test_a_name_that_does_not_exist_is_found() -> None:
    assert CodeLinters().findings(GOOD + "\n\nX = nothing\n") == ["line 5: Undefined name `nothing` (ruff F821)"]


def test_the_code_is_only_text_on_the_linters_input(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    real = subprocess.run

    def watched(*args: Any, **more: Any) -> Any:
        seen.append((args, more))
        return real(*args, **more)

    monkeypatch.setattr(subprocess, "run", watched)
    CodeLinters().findings("# --config=/etc/passwd; $(id)\n" + GOOD)

    (command,), more = seen[0]
    assert not more.get("shell")
    assert not any("passwd" in part for part in command)
    assert set(more["env"]) == {"PATH", "HOME"}


def test_a_linter_that_cannot_run_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_more: Any) -> Any:
        raise FileNotFoundError("ruff")

    monkeypatch.setattr(subprocess, "run", gone)
    with pytest.raises(LinterUnavailable, match="ruff"):
        CodeLinters().findings(GOOD)


def test_bandit_without_its_tests_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    from bandit.core import test_set

    monkeypatch.setattr(test_set.BanditTestSet, "_load_tests", lambda self, config, tests: setattr(self, "tests", {}))
    with pytest.raises(LinterUnavailable, match="entry points"):
        CodeLinters().findings(GOOD)


def test_words_that_sound_like_passwords_are_no_findings() -> None:
    source = """INTERESTS = {"pass": 1, "secret": 2}


async def run(input, tools):
    token = "x"
    return {"token": token}
"""
    assert CodeLinters().findings(source) == []
