"""One secret, its owner's alone, from which every listener gets a credential of its own."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.access.credentials import NO_CREDENTIALS, credentials_of, made_credentials
from local.state import StateDir


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state").create()


def test_it_is_made_once_and_readable_by_its_owner_only_whatever_the_umask_is(state: StateDir) -> None:
    before = os.umask(0)
    try:
        made = made_credentials(state)
    finally:
        os.umask(before)
    assert made_credentials(state) == credentials_of(state) == made
    assert (state.root / "secret").stat().st_mode & 0o777 == 0o600
    assert state.root.stat().st_mode & 0o777 == 0o700


def test_processes_that_make_it_at_once_get_the_same(state: StateDir) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = {each.secret for each in pool.map(lambda _: made_credentials(state), range(32))}
    assert len(made) == 1
    assert [each.name for each in state.root.iterdir() if each.is_file()] == ["secret"]


def test_one_that_was_cut_off_is_made_anew(state: StateDir) -> None:
    (state.root / "secret").write_bytes(b"short")
    assert credentials_of(state) is NO_CREDENTIALS
    assert len(made_credentials(state).secret) == 32


def test_no_credential_tells_another_and_none_is_printed(state: StateDir) -> None:
    made = made_credentials(state)
    derived = [
        made.aws_access_key_id,
        made.aws_secret_access_key,
        made.registry_password,
        made.claude_key.removeprefix("sk-mam-"),
        made.reddit_client[1],
        made.web_login[1],
        made.control,
    ]
    assert len(set(derived)) == len(derived)
    assert not any(made.secret.hex().startswith(each) for each in derived)
    assert repr(made.secret) not in repr(made)
