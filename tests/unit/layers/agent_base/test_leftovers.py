"""Folders are emptied of everything, and never those of somebody else."""

import os
from pathlib import Path

import pytest
from mam_agent import leftovers


def test_root_empties_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers.os, "geteuid", lambda: 0)
    (tmp_path / "kept").write_text("x")
    with pytest.raises(PermissionError):
        leftovers.clean((str(tmp_path),))
    assert (tmp_path / "kept").exists()


def test_a_folder_is_emptied_whatever_is_in_it(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("x")
    folder = tmp_path / "folder"
    (folder / "a/b/c").mkdir(parents=True)
    (folder / "a/b/file").write_text("x")
    (folder / "link").symlink_to(outside)
    (folder / "dangling").symlink_to("nowhere")
    (folder / "closed").mkdir(mode=0)
    os.mkfifo(folder / "pipe")
    (folder / os.fsdecode(b"\xff")).write_text("x")
    (folder / ".lifted.0.0").mkdir()
    leftovers.empty(str(folder))
    assert list(folder.iterdir()) == []
    assert (outside / "kept").exists()
    assert oct(folder.stat().st_mode)[-4:] == "1777"
    assert folder.stat().st_mtime == 0


def test_a_folder_that_is_not_there_is_no_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers.os, "geteuid", lambda: 12345)
    leftovers.clean(("/does/not/exist",))
