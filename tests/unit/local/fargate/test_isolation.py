"""Where a sandbox cannot be made, that is found out before anything runs, with what to do about it."""

from pathlib import Path

import pytest

from local.fargate import isolation
from local.fargate.isolation import check


def fake_bwrap(folder: Path, script: str) -> str:
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == Path(folder).stat().st_uid and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    return str(program)


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.platform, "system", lambda: "Linux")
    monkeypatch.setattr(isolation.platform, "machine", lambda: "x86_64")


def test_macos_has_no_sandbox_and_is_told_of_virtual_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation.platform, "system", lambda: "Darwin")
    found = check()
    assert not found.holds
    assert "Darwin" in found.problem
    assert "virtual machine" in found.fix


def test_an_architecture_without_a_table_of_system_calls_is_refused(
    monkeypatch: pytest.MonkeyPatch, linux: None
) -> None:
    monkeypatch.setattr(isolation.platform, "machine", lambda: "riscv64")
    assert "riscv64" in check().problem


def test_a_missing_bubblewrap_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, linux: None) -> None:
    monkeypatch.setattr(isolation.shutil, "which", lambda *_, **__: None)
    found = check()
    assert not found.holds
    assert "apt-get install bubblewrap" in found.fix


@pytest.mark.parametrize(
    ("script", "problem", "fix"),
    [
        (
            "echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1",
            "uid map",
            "apparmor_restrict_unprivileged_userns",
        ),
        (
            "echo 'bwrap: No permissions to create new namespace' >&2; exit 1",
            "new namespace",
            "unprivileged_userns_clone",
        ),
        ("echo 'bwrap: Unknown option --disable-userns' >&2; exit 1", "too old", "0.8"),
        ("exit 1", "no message", "sysctl"),
    ],
)
def test_a_bubblewrap_that_fails_is_not_used(
    monkeypatch: pytest.MonkeyPatch, linux: None, tmp_path: Path, script: str, problem: str, fix: str
) -> None:
    monkeypatch.setattr(isolation.shutil, "which", lambda *_, **__: fake_bwrap(tmp_path, script))
    found = check()
    assert not found.holds
    assert problem in found.problem
    assert fix in found.fix


def test_a_bubblewrap_that_works_is_used(monkeypatch: pytest.MonkeyPatch, linux: None, tmp_path: Path) -> None:
    program = fake_bwrap(tmp_path, "exit 0")
    monkeypatch.setattr(isolation.shutil, "which", lambda *_, **__: program)
    assert check().bwrap == program
