"""API keys: minted, shown once, used, rotated, revoked; and what a wrong one costs."""

import json
import re

import pytest

from shared.accounts.api_key import MOST_KEYS
from shared.accounts.key_text import KeyText, compute_checksum, parse_key
from shared.accounts.tries import WRONG_SECRETS, Counter
from tests.fakes.accounts_world import AccountsWorld, SignedInWorld

ME = "/api/v1/me"


def me(world: AccountsWorld, key: str) -> int:
    return world.client.get(ME, headers={"x-api-key": key}).status_code


def wrong(key: str, letter: str = "A") -> str:
    """A key of the same id with another secret, and the checksum that goes with it."""
    body = key[:17] + letter * 32
    return body + compute_checksum(body)


def test_a_key_is_shown_once_and_kept_nowhere(world: AccountsWorld, ann: SignedInWorld) -> None:
    minted = ann.mints()
    assert re.fullmatch(r"mam_[0-9A-Za-z]{12}_[0-9A-Za-z]{38}", minted["key"])
    secret = minted["key"].rpartition("_")[2][:32]
    stored = "".join(key.model_dump_json() for key in world.keys.rows.values())
    assert secret not in stored
    assert stored.count("$2b$") == 1
    listed = ann.ask("GET", "/api-keys")
    assert [item["key_id"] for item in listed.json()["items"]] == [minted["key_id"]]
    assert secret not in listed.text


def test_a_key_opens_what_is_for_callers_and_nothing_of_the_account(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints()["key"]
    for headers in ({"x-api-key": key}, {"authorization": f"Bearer {key}"}, {"authorization": f"bearer  {key}"}):
        answer = world.client.get(ME, headers=headers)
        assert (answer.status_code, answer.json()["email"], answer.json()["scopes"]) == (200, None, ["subscriptions:*"])
    for method, path in (("GET", "/api-keys"), ("POST", "/api-keys"), ("DELETE", "/me"), ("GET", "/me/export")):
        body = {"json": {"name": "x"}} if method == "POST" else {}
        answer = world.client.request(method, f"/api/v1{path}", headers={"x-api-key": key}, **body)
        assert (answer.status_code, answer.json()["type"]) == (403, "scope-missing")


def test_its_scopes_name_subscriptions(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints(subscriptions=["sub_2", "sub_1", "sub_2"])
    assert key["subscriptions"] == ["sub_2", "sub_1"]
    scopes = world.client.get(ME, headers={"x-api-key": key["key"]}).json()["scopes"]
    assert scopes == ["subscription:sub_1", "subscription:sub_2"]


def test_two_credentials_are_one_too_many(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints()["key"]
    answer = world.client.get(ME, headers={"x-api-key": key, **ann.headers})
    assert (answer.status_code, answer.json()["type"]) == (401, "credentials-ambiguous")
    same = world.client.get(ME, headers={"x-api-key": key, "authorization": f"Bearer {key}"})
    assert same.status_code == 200


def test_a_known_key_costs_no_bcrypt_on_a_warm_process_and_its_item_is_read_each_time(
    world: AccountsWorld, ann: SignedInWorld
) -> None:
    key = ann.mints()["key"]
    before, reads = world.bcrypts, world.keys.reads
    assert [me(world, key) for _ in range(20)] == [200] * 20
    assert (world.bcrypts - before, world.keys.reads - reads) == (1, 20)
    assert world.keys.notes == 1
    assert not any(stamps for stamps in world.tries.stamps.values())
    world.key_checks = world.a_process()
    assert me(world, key) == 200
    assert world.bcrypts - before == 2


def test_its_use_is_noted_once_an_hour(world: AccountsWorld, ann: SignedInWorld) -> None:
    minted = ann.mints()
    start = world.now
    for seconds in (0, 100, 3599, 3600, 3700):
        world.now = start + seconds
        assert me(world, minted["key"]) == 200
    assert (world.keys.notes, world.keys.rows[minted["key_id"]].used_at) == (2, start + 3600)


@pytest.mark.parametrize(
    "text",
    ["x", "mam_", "mam_short_short", "mam_4fK0s8Qd1ZpB_" + "A" * 38, "mam_4fK0s8Qd1ZpB_" + "é" * 38],
)
def test_what_is_no_key_costs_neither_a_look_up_nor_bcrypt(world: AccountsWorld, text: str) -> None:
    answer = world.client.get(ME, headers=[(b"x-api-key", text.encode())])
    assert (answer.status_code, world.keys.reads, world.bcrypts) == (401, 0, 0)


def test_an_unknown_id_costs_no_bcrypt(world: AccountsWorld) -> None:
    body = "mam_" + "u" * 12 + "_" + "A" * 32
    assert (me(world, body + compute_checksum(body)), world.keys.reads, world.bcrypts) == (401, 1, 0)


def test_wrong_secrets_of_a_known_key_are_five_a_minute(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints()["key"]
    assert me(world, key) == 200
    before = world.bcrypts
    assert [me(world, wrong(key, letter)) for letter in "ABCDEFG"] == [401] * 5 + [429] * 2
    assert world.bcrypts - before == 5
    assert me(world, key) == 200, "who is known goes on"
    refused = world.client.get(ME, headers={"x-api-key": wrong(key)})
    assert 0 < int(refused.headers["retry-after"]) <= 60
    world.now += 61
    assert me(world, wrong(key)) == 401


def test_guesses_are_refused_at_once_when_nobody_checks_the_key_now(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints()["key"]
    for letter in "ABCDE":
        me(world, wrong(key, letter))
    world.now += 5
    world.slept.clear()
    assert (me(world, wrong(key)), world.slept) == (429, [])


def test_a_cold_process_waits_for_others_that_check_a_key_just_now(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints()["key"]
    counter = Counter(WRONG_SECRETS, key[4:16])
    for number in range(WRONG_SECRETS.quota):
        world.tries.take(f"other process {number}", world.now, counter)

    def another_is_done(seconds: float) -> None:
        world.slept.append(seconds)
        world.tries.give_back(f"other process {len(world.slept)}", counter)

    world.key_checks.sleep = another_is_done
    assert (me(world, key), len(world.slept)) == (200, 1)


def test_a_revoked_key_is_over_at_once_on_a_warm_process(world: AccountsWorld, ann: SignedInWorld) -> None:
    minted = ann.mints()
    assert me(world, minted["key"]) == 200
    assert ann.ask("DELETE", f"/api-keys/{minted['key_id']}").status_code == 204
    assert me(world, minted["key"]) == 401
    assert ann.ask("DELETE", f"/api-keys/{minted['key_id']}").status_code == 404
    assert ann.ask("GET", "/api-keys").json() == {"items": []}


def test_a_key_ends_when_it_was_to_end(world: AccountsWorld, ann: SignedInWorld) -> None:
    key = ann.mints(expires_in_days=1)["key"]
    assert me(world, key) == 200
    world.now += 86_400
    assert me(world, key) == 401


def test_a_key_is_rotated_with_an_overlap(world: AccountsWorld, ann: SignedInWorld) -> None:
    old = ann.mints(subscriptions=["sub_1"], expires_in_days=30)
    new = ann.ask("POST", f"/api-keys/{old['key_id']}/rotate", {"overlap_seconds": 600}).json()
    assert (new["name"], new["subscriptions"], new["expires_at"]) == ("nightly", ["sub_1"], old["expires_at"])
    assert [me(world, key["key"]) for key in (old, new)] == [200, 200]
    world.now += 601
    assert [me(world, key["key"]) for key in (old, new)] == [401, 200]


def test_a_key_that_is_rotated_without_overlap_is_over_at_once(world: AccountsWorld, ann: SignedInWorld) -> None:
    old = ann.mints()
    assert me(world, old["key"]) == 200
    new = ann.ask("POST", f"/api-keys/{old['key_id']}/rotate", {"overlap_seconds": 0}).json()
    assert [me(world, key["key"]) for key in (old, new)] == [401, 200]


def test_a_key_is_rotated_once(ann: SignedInWorld) -> None:
    old = ann.mints()
    path = f"/api-keys/{old['key_id']}/rotate"
    answers = [ann.ask("POST", path, {"overlap_seconds": 600}).status_code for _ in range(2)]
    assert answers == [201, 409]
    assert ann.ask("POST", path, {"overlap_seconds": -1}).status_code == 422


def test_an_overlap_makes_no_key_live_longer(world: AccountsWorld, ann: SignedInWorld) -> None:
    old = ann.mints(expires_in_days=1)
    ann.ask("POST", f"/api-keys/{old['key_id']}/rotate", {"overlap_seconds": 30 * 86_400})
    world.now += 86_401
    assert me(world, old["key"]) == 401


def test_another_accounts_keys_are_not_there(world: AccountsWorld, ann: SignedInWorld) -> None:
    minted = ann.mints()
    world.has_account("bob@example.test")
    bob = world.signs_in("bob@example.test")
    assert bob.ask("GET", "/api-keys").json() == {"items": []}
    assert bob.ask("DELETE", f"/api-keys/{minted['key_id']}").status_code == 404
    assert bob.ask("POST", f"/api-keys/{minted['key_id']}/rotate", {"overlap_seconds": 0}).status_code == 404
    assert me(world, minted["key"]) == 200


def test_an_account_has_only_so_many_keys(ann: SignedInWorld) -> None:
    for _ in range(MOST_KEYS):
        ann.mints()
    answer = ann.ask("POST", "/api-keys", {"name": "one more"})
    assert (answer.status_code, answer.json()["type"]) == (409, "api-keys-full")


def test_keys_that_have_ended_are_not_counted(world: AccountsWorld, ann: SignedInWorld) -> None:
    """They are deleted some time later, and are not listed until then."""
    for _ in range(MOST_KEYS):
        key_id = ann.mints(expires_in_days=1)["key_id"]
        world.keys.rows[key_id] = world.keys.rows[key_id].model_copy(update={"expires_at": int(world.now)})
    assert ann.ask("POST", "/api-keys", {"name": "one more"}).status_code == 201


@pytest.mark.parametrize("place", ["path", "query", "encoded query", "body"])
def test_a_key_where_it_must_not_be_is_refused_and_named(world: AccountsWorld, ann: SignedInWorld, place: str) -> None:
    minted = ann.mints()
    key = minted["key"]
    match place:
        case "path":
            answer = world.client.get(f"/api/v1/agents/{key}")
        case "query":
            answer = world.client.get(f"/api/v1/agents?q={key}")
        case "encoded query":
            answer = world.client.get(f"/api/v1/agents?q=%6dam{key[3:].replace('_', '%5F')}")
        case _:
            answer = world.post("/agents/price-watch/demo", {"input": {"text": f"my key is {key}."}})
    told = answer.json()
    assert (answer.status_code, told["type"], told["key_id"]) == (400, "api-key-exposed", minted["key_id"])
    assert key not in answer.text


def test_what_only_looks_like_a_key_is_let_pass(world: AccountsWorld) -> None:
    body = {"email": "ann@example.test", "password": "mam_4fK0s8Qd1ZpB_" + "A" * 38}
    assert world.post("/auth/register", body).status_code == 202


def test_no_repr_of_a_key_holds_it() -> None:
    body = "mam_" + "u" * 12 + "_" + "A" * 32
    key = parse_key(body + compute_checksum(body))
    assert isinstance(key, KeyText)
    assert "A" * 32 not in repr(key)
    assert "A" * 32 not in json.dumps(repr([key]))
