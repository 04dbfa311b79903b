"""Control groups are used where they work from end to end, and else not at all."""

from pathlib import Path

import pytest

from local.fargate import cgroups
from local.fargate.cgroups import Groups, Limits


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that behaves as one but for its files, which nobody makes."""
    monkeypatch.setattr(cgroups, "_version_1", lambda: [tmp_path])
    monkeypatch.setattr(cgroups, "_version_2", list)
    return tmp_path


def test_a_hierarchy_that_no_process_can_enter_is_not_used(hierarchy: Path) -> None:
    groups = Groups()
    assert groups.kind == "none"
    assert groups.make("task", Limits(1, 1, 1.0)).folders == ()


def test_a_hierarchy_that_may_not_be_written_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cgroups, "_version_1", lambda: [Path("/proc/does-not-exist")])
    monkeypatch.setattr(cgroups, "_version_2", list)
    assert Groups().kind == "none"


@pytest.mark.parametrize(
    ("files", "written"),
    [
        (("memory.limit_in_bytes",), {"memory.limit_in_bytes": "512"}),
        (("pids.max",), {"pids.max": "64"}),
        (("memory.max", "memory.swap.max", "pids.max", "cpu.max"),
         {"memory.max": "512", "memory.swap.max": "0", "pids.max": "64", "cpu.max": "150000 100000"}),
    ],
)  # fmt: skip
def test_limits_are_written_as_each_version_names_them(
    tmp_path: Path, files: tuple[str, ...], written: dict[str, str]
) -> None:
    folder = tmp_path / "group"
    folder.mkdir()
    for name in files:
        (folder / name).touch()
    for name, value in cgroups._settings(Limits(512, 64, 1.5)):
        if (folder / name).exists():
            (folder / name).write_text(value)
    assert {path.name: path.read_text() for path in folder.iterdir()} == written
