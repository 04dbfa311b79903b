"""The list of what was not run."""

import os
import subprocess
import sys
from pathlib import Path

from local.state import REPOSITORY
from tests.skipped import told

ONE = """
import pytest

@pytest.mark.parametrize("number", range(3))
def test_a(number):
    pytest.skip("no moon: wait for the night")

@pytest.mark.skipif(True, reason="no key: set MAM_KEY")
def test_b(): ...

def test_c(): ...
"""


def test_each_reason_is_told_once_with_how_many_it_kept_from_running() -> None:
    assert list(told(["b", "a", "a"])) == ["3 tests were skipped:", "  2 × a", "  1 × b"]


def test_nothing_skipped_is_told_too() -> None:
    assert list(told([])) == ["No test was skipped."]


def test_runs_of_pytest_add_up_whatever_way_a_test_was_skipped(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(ONE)
    environment = {**os.environ, "MAM_SKIPPED": str(tmp_path / "new" / "skipped"), "PYTHONPATH": str(REPOSITORY)}
    environment.pop("PYTEST_ADDOPTS", None)
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-p", "tests.skipped", "-p", "no:cacheprovider", "test_one.py"]
    for _ in range(2):
        subprocess.run(pytest_run, cwd=tmp_path, env=environment, check=True, capture_output=True)
    listed = subprocess.run(
        [sys.executable, "-m", "tests.skipped", str(tmp_path / "new" / "skipped")],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    )
    assert listed.stdout.splitlines() == [
        "8 tests were skipped:",
        "  6 × no moon: wait for the night",
        "  2 × no key: set MAM_KEY",
    ]
