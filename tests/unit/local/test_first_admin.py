"""The first administrator of an installation."""

import json
from pathlib import Path

import pytest

from local import first_admin
from local.first_admin import AdminNotMade, FirstAdmin, ensure_admin, write_account
from local.ports import Ports
from local.state import StateDir
from shared.accounts.password import digest_password
from shared.accounts.user import Role
from shared.adapters.bcrypt_hashes import bcrypt_fits
from shared.runtime import wiring
from tests.fakes.accounts import FakeUsers


@pytest.fixture
def state(tmp_path: Path) -> StateDir:
    return StateDir(tmp_path / "state").create()


def test_it_is_made_once_and_its_password_is_for_the_owners_eyes(
    state: StateDir, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[FirstAdmin] = []
    monkeypatch.setattr(first_admin, "_make", lambda admin, ports, state: made.append(admin))
    first, second = (ensure_admin(Ports(9000), state) for _ in range(2))
    assert made == [first]
    assert first == second
    file = state.root / "admin.json"
    assert json.loads(file.read_text()) == {"email": "admin@mam.test", "password": first.password}
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first.password) >= 20
    assert first.password not in repr(first)


def test_what_could_not_be_made_is_not_kept(state: StateDir, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(admin: FirstAdmin, ports: Ports, state: StateDir) -> None:
        raise AdminNotMade("no table")

    monkeypatch.setattr(first_admin, "_make", fails)
    with pytest.raises(AdminNotMade):
        ensure_admin(Ports(9000), state)
    assert not (state.root / "admin.json").exists()


def test_the_account_signs_in_with_the_newest_password(monkeypatch: pytest.MonkeyPatch) -> None:
    users = FakeUsers()
    monkeypatch.setattr(wiring.accounts, "users", lambda: users)
    for password in ("first password", "second password"):
        write_account(FirstAdmin("admin@mam.test", password))
    [user] = users.rows.values()
    assert user.role is Role.ADMIN
    assert bcrypt_fits(digest_password("second password"), user.password_hash)
