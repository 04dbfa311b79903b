"""Sandboxes run as an ordinary user, who has to get to what is unpacked for them, and nobody else may prepare it."""

import os
from pathlib import Path

import pytest

from local.fargate import places
from local.fargate.places import FolderUnusable, readable_folder


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if os.getuid() != 0:
        pytest.skip("only root runs sandboxes as another user: run make test as root")
    made = tmp_path / "elsewhere"
    made.mkdir()
    return made


def closed(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder / "sandbox"


def test_an_ordinary_user_uses_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places.os, "geteuid", lambda: 1000)
    assert readable_folder(closed(tmp_path / "state")) == (tmp_path / "state/sandbox").resolve()


def test_a_folder_that_others_cannot_enter_is_stood_for_elsewhere(tmp_path: Path, elsewhere: Path) -> None:
    found = readable_folder(closed(tmp_path / "state"), elsewhere)
    assert found.parent == elsewhere
    assert found == readable_folder(tmp_path / "state/sandbox", elsewhere)
    assert oct(found.stat().st_mode)[-3:] == "755"


def test_folders_of_states_that_are_gone_are_removed_and_others_are_not(tmp_path: Path, elsewhere: Path) -> None:
    kept = readable_folder(closed(tmp_path / "kept"), elsewhere)
    gone = readable_folder(closed(tmp_path / "gone"), elsewhere)
    foreign = elsewhere / "mam-foreign"
    foreign.mkdir()
    (tmp_path / "gone/sandbox").rmdir()
    readable_folder(tmp_path / "kept/sandbox", elsewhere)
    assert kept.exists()
    assert foreign.exists()
    assert not gone.exists()


@pytest.mark.parametrize("prepare", ["open to all", "of another user", "a link"])
def test_a_folder_that_somebody_else_prepared_is_not_used(tmp_path: Path, elsewhere: Path, prepare: str) -> None:
    wanted = closed(tmp_path / "state")
    trap = readable_folder(wanted, elsewhere)
    if prepare == "open to all":
        trap.chmod(0o777)
    elif prepare == "of another user":
        os.chown(trap, 12345, 12345)
    else:
        (trap / places._OWNER_FILE).unlink()
        trap.rmdir()
        (tmp_path / "theirs").mkdir()
        trap.symlink_to(tmp_path / "theirs")
    with pytest.raises(FolderUnusable):
        readable_folder(wanted, elsewhere)
