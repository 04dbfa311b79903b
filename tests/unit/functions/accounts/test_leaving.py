"""What is kept of people, shown to them and erased with their account."""

from typing import Any

import pytest

from functions.accounts.erase_account.erase import erase_account
from shared.accounts.user import User
from tests.fakes.accounts_world import EMAIL, PASSWORD, AccountsWorld, SignedInWorld

CANARY = "canary"


def everything(world: AccountsWorld) -> str:
    """All that is stored, but for hashed counters that expire within the hour."""
    stores = (world.users.rows, world.sessions.rows, world.keys.rows, world.mails.rows)
    return "".join(row.model_dump_json() for rows in stores for row in rows.values())


def test_an_export_holds_all_that_is_kept_and_no_secret(world: AccountsWorld, ann: SignedInWorld) -> None:
    minted = ann.mints(name=CANARY)
    world.post("/auth/forgot-password", {"email": EMAIL})
    export = ann.ask("GET", "/me/export")
    told = export.json()
    assert told["account"]["email"] == EMAIL
    assert [key["name"] for key in told["holdings"]["api_keys"]] == [CANARY]
    assert len(told["holdings"]["sessions"]) == len(told["holdings"]["mails"]) == 1
    assert not [word for word in ("hash", "$2b$", minted["key"], ann.cookie) if word in export.text]


def test_nothing_is_left_of_who_leaves(world: AccountsWorld) -> None:
    email = f"{CANARY}@example.test"
    user = world.has_account(email)
    person = world.signs_in(email)
    person.mints(name=CANARY)
    key = person.mints()["key"]
    world.post("/auth/forgot-password", {"email": email})
    person.ask("POST", "/me/email", {"email": f"{CANARY}@elsewhere.test", "password": PASSWORD})
    world.has_account("bob@example.test")
    assert CANARY in everything(world)
    assert person.ask("DELETE", "/me").status_code == 202
    assert person.ask("GET", "/me").status_code == 401
    assert person.refresh().status_code == 401
    assert world.post("/auth/login", {"email": email, "password": PASSWORD}).status_code == 401
    world.erase_marked()
    assert CANARY not in everything(world)
    assert user.user_id not in everything(world)
    assert world.client.get("/api/v1/me", headers={"x-api-key": key}).status_code == 401
    assert world.users.find_by_email("bob@example.test") is not None


def test_nothing_is_left_of_an_address_that_was_given_up(world: AccountsWorld) -> None:
    email = f"{CANARY}@example.test"
    world.has_account(email)
    person = world.signs_in(email)
    world.post("/auth/forgot-password", {"email": email})
    person.ask("POST", "/me/email", {"email": "ann@elsewhere.test", "password": PASSWORD})
    world.deliver()
    assert world.post("/auth/verify-email", {"token": world.token()}).status_code == 200
    person.ask("DELETE", "/me")
    world.erase_marked()
    assert CANARY not in everything(world)


def test_who_leaves_is_signed_out_although_the_index_lags(
    world: AccountsWorld, ann: SignedInWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.sessions, "of_user", lambda user_id: [])
    assert ann.ask("DELETE", "/me").status_code == 202
    assert ann.ask("POST", "/api-keys", {"name": CANARY}).status_code == 401


def test_the_address_is_free_for_a_new_account(world: AccountsWorld, ann: SignedInWorld) -> None:
    first = ann.ask("GET", "/me").json()["account_id"]
    ann.ask("DELETE", "/me")
    world.erase_marked()
    assert world.has_account().user_id != first


class Dying:
    """A holding whose erasure fails the first time."""

    name = "dying"
    tries = 0

    def export(self, user: User) -> list[dict[str, Any]]:
        return []

    def erase(self, user: User) -> None:
        self.tries += 1
        if self.tries == 1:
            raise ConnectionError


def test_an_erasure_that_was_cut_off_is_taken_up_again(world: AccountsWorld, ann: SignedInWorld) -> None:
    ann.ask("DELETE", "/me")
    [user_id] = world.users.rows
    holdings = (*world.holdings(), Dying())
    with pytest.raises(ConnectionError):
        erase_account(user_id, world.users, holdings)
    assert world.users.get(user_id) is not None
    assert erase_account(user_id, world.users, holdings)
    assert not erase_account(user_id, world.users, holdings)
    assert not world.users.rows


def test_an_account_that_nobody_asked_to_erase_stays(world: AccountsWorld) -> None:
    user = world.has_account()
    assert not erase_account(user.user_id, world.users, world.holdings())
    assert world.users.get(user.user_id) == user
