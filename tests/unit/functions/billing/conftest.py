"""The endpoints of money over tables in memory and the Stripe stand-in, asked by the real SDK."""

from collections.abc import Iterator

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from functions.openapi import load_routers
from shared.runtime import wiring
from shared.runtime.callers import NotSignedIn, Principal
from shared.runtime.http import create_app
from tests.fakes.money_world import MoneyWorld


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> MoneyWorld:
    made = MoneyWorld(seed=1)
    made.publish("price-watch")
    made.wire(monkeypatch)
    monkeypatch.setattr(wiring.catalogue, "agents", lambda: made.agents)
    for router in ("start_checkout", "get_subscription", "list_subscriptions", "cancel_subscription", "receive_event"):
        monkeypatch.setattr(f"functions.billing.{router}.router.clock", lambda: made.now)
    return made


async def by_header(request: Request) -> Principal:
    account = request.headers.get("x-account")
    if account is None:
        raise NotSignedIn
    return Principal(account_id=account, scopes=frozenset({"account", "subscriptions:*"}))


@pytest.fixture
def client(world: MoneyWorld) -> Iterator[TestClient]:
    """Signed in as Ann unless a test says otherwise."""
    del world
    app = create_app(*load_routers(), authenticate=by_header)
    with TestClient(app, headers={"x-account": "usr_ann"}, follow_redirects=False) as test_client:
        yield test_client
