"""Who may do what: every route of the API's document with every kind of credentials. A route without an entry fails."""

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from fastapi.testclient import TestClient

from functions.openapi import load_routers, make_document
from shared.accounts.user import Role
from shared.adapters.access_tokens import ALGORITHM
from shared.runtime.http import create_app
from shared.runtime.key_authentication import person_or_key
from tests.fakes.accounts_world import SIGNING_KEYS, AccountsWorld, SignedInWorld
from tests.fakes.marketplace import FakeMarketplace
from tests.integration import sample_account
from tests.integration.endpoint_events import TOKEN, event_of, operations

PUBLIC, CALLER, PERSON, ADMIN = "public", "caller", "person", "admin"
ROUTES = {
    "change_email": PERSON,
    "create_api_key": PERSON,
    "delete_me": PERSON,
    "export_me": PERSON,
    "forgot_password": PUBLIC,
    "get_agent": PUBLIC,
    "get_certificate": PUBLIC,
    "get_demo": PUBLIC,
    "get_health": PUBLIC,
    "get_me": CALLER,
    "get_openapi": PUBLIC,
    "list_agents": PUBLIC,
    "list_api_keys": PERSON,
    "list_categories": PUBLIC,
    "login": PUBLIC,
    "logout": PUBLIC,
    "refresh": PUBLIC,
    "register": PUBLIC,
    "reset_password": PUBLIC,
    "revoke_api_key": PERSON,
    "rotate_api_key": PERSON,
    "start_demo": PUBLIC,
    "verify_email": PUBLIC,
}
DECLARED = {
    PUBLIC: None,
    CALLER: [{"bearer": []}, {"api_key": []}],
    PERSON: [{"bearer": ["account"]}],
    ADMIN: [{"bearer": ["admin"]}],
}
DOCUMENT = make_document()
OPERATIONS = dict(operations(DOCUMENT))
CLOSED = sorted(name for name, who in ROUTES.items() if who is not PUBLIC)
SHUT = {"not-signed-in", "scope-missing"}


def test_every_route_has_an_entry_that_its_document_agrees_with() -> None:
    assert set(OPERATIONS) == set(ROUTES)
    declared = {name: operation.get("security") for name, (_, _, operation) in OPERATIONS.items()}
    assert declared == {name: DECLARED[who] for name, who in ROUTES.items()}


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountsWorld]:
    FakeMarketplace().wire(monkeypatch)
    made = AccountsWorld()
    made.wire(monkeypatch)
    monkeypatch.delenv("ORIGIN_SECRET", raising=False)
    with TestClient(create_app(*load_routers(), authenticate=person_or_key), base_url="https://mam.test") as client:
        made.client = client
        yield made


class Matrix:
    """Ann, with a key of hers, and credentials of every other kind."""

    def __init__(self, world: AccountsWorld) -> None:
        self.world = world
        world.has_account()
        self.ann = world.signs_in()
        self.key = self.ann.mints()
        world.has_account("bob@example.test")
        self.bob = world.signs_in("bob@example.test")

    def credentials(self, kind: str) -> dict[str, str]:
        match kind:
            case "none":
                return {}
            case "garbage":
                return {"authorization": "Bearer garbage"}
            case "other scheme":
                return {"authorization": "Basic YW5uOmFubg=="}
            case "expired token":
                return self.forged(exp=int(time.time()) - 1)
            case "token of a session that is over":
                gone = self.world.signs_in()
                self.world.sessions.rows.pop(self.claims(gone)["sid"])
                return gone.headers
            case "token of another's session":
                return self.forged(sid=self.claims(self.bob)["sid"])
            case "expired key":
                return {"x-api-key": self.ended(self.ann.mints())}
            case "revoked key":
                minted = self.ann.mints()
                self.ann.ask("DELETE", f"/api-keys/{minted['key_id']}")
                return {"x-api-key": minted["key"]}
            case _:
                raise AssertionError(kind)

    def ended(self, minted: dict[str, Any]) -> str:
        rows = self.world.keys.rows
        rows[minted["key_id"]] = rows[minted["key_id"]].model_copy(update={"expires_at": int(self.world.now)})
        return minted["key"]

    def claims(self, person: SignedInWorld) -> dict[str, Any]:
        return jwt.decode(person.access_token, options={"verify_signature": False})

    def forged(self, **changes: Any) -> dict[str, str]:
        """Signed as ours are, but with other claims."""
        claims = {**self.claims(self.ann), **changes}
        token = jwt.encode(claims, SIGNING_KEYS["one"], ALGORITHM, headers={"kid": "one", "typ": "at+jwt"})
        return {"authorization": f"Bearer {token}"}

    def ask(self, name: str, headers: dict[str, str]) -> Any:
        values = {
            **sample_account.VALUES, "token": TOKEN, "slug": "price-watch", "input": {}, "key_id": self.key["key_id"],
        }  # fmt: skip
        event = event_of(OPERATIONS, name, DOCUMENT, values)
        method = event["requestContext"]["http"]["method"]
        body = {"content": event["body"]} if "body" in event else {}
        sent = {"content-type": "application/json", **headers}
        return self.world.client.request(method, event["rawPath"], headers=sent, **body)


@pytest.fixture
def matrix(world: AccountsWorld) -> Matrix:
    return Matrix(world)


def state_of(world: AccountsWorld) -> str:
    return json.dumps([sorted(map(repr, store.rows.values())) for store in (world.users, world.mails, world.keys)])


@pytest.mark.parametrize("name", CLOSED)
@pytest.mark.parametrize(
    "kind",
    [
        "none",
        "garbage",
        "other scheme",
        "expired token",
        "token of a session that is over",
        "token of another's session",
        "expired key",
        "revoked key",
    ],
)
def test_a_closed_route_is_closed(matrix: Matrix, name: str, kind: str) -> None:
    credentials = matrix.credentials(kind)
    before = state_of(matrix.world)
    answer = matrix.ask(name, credentials)
    may_be_403 = kind.endswith("key") and ROUTES[name] is not CALLER
    assert answer.status_code in ({401, 403} if may_be_403 else {401}), answer.text
    assert answer.json()["type"] in SHUT
    assert state_of(matrix.world) == before


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_key_opens_nothing_that_is_for_people(matrix: Matrix, name: str) -> None:
    answer = matrix.ask(name, {"x-api-key": matrix.key["key"]})
    is_closed = ROUTES[name] in (PERSON, ADMIN)
    assert (answer.status_code == 403) == is_closed, answer.text


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_only_administrators_open_what_is_for_them(matrix: Matrix, name: str) -> None:
    if ROUTES[name] is ADMIN:
        assert matrix.ask(name, matrix.ann.headers).status_code == 403
        matrix.world.has_account("root@example.test", Role.ADMIN)
        assert matrix.ask(name, matrix.world.signs_in("root@example.test").headers).status_code < 400
    else:
        assert _type(matrix.ask(name, matrix.ann.headers)) not in SHUT


@pytest.mark.parametrize("name", sorted(name for name in ROUTES if "key_id" in OPERATIONS[name][1]))
def test_another_tenants_things_are_not_there(matrix: Matrix, name: str) -> None:
    before = state_of(matrix.world)
    assert matrix.ask(name, matrix.bob.headers).status_code == 404
    assert state_of(matrix.world) == before


@pytest.mark.parametrize("name", sorted(name for name, who in ROUTES.items() if who is PUBLIC))
def test_a_public_route_asks_nobody(matrix: Matrix, name: str) -> None:
    for headers in ({}, {"authorization": "Bearer garbage"}):
        assert _type(matrix.ask(name, headers)) not in SHUT


def _type(answer: Any) -> str:
    is_problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.json()["type"] if is_problem else ""
