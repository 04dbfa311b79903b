"""Which logs are shown."""

from pathlib import Path

import pytest

from local.cli.logs import NoSuchLog, chosen, last_lines


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    (tmp_path / "functions").mkdir()
    for name in ("emulator", "standins", "functions/mam-scan-posts", "functions/mam-list-agents"):
        (tmp_path / f"{name}.log").write_text("one\ntwo\nthree\n")
    return tmp_path


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


def test_the_last_lines_are_as_many_as_asked(logs: Path) -> None:
    assert last_lines(logs / "emulator.log", 2) == ["two", "three"]
    assert last_lines(logs / "emulator.log", 0) == []
