"""The account endpoints over stores in memory."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from functions.openapi import load_routers
from shared.runtime.http import create_app
from shared.runtime.key_authentication import person_or_key
from tests.fakes.accounts_world import AccountsWorld, SignedInWorld


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[AccountsWorld]:
    made = AccountsWorld()
    made.wire(monkeypatch)
    monkeypatch.delenv("ORIGIN_SECRET", raising=False)
    app = create_app(*load_routers(), authenticate=person_or_key)
    with TestClient(app, base_url="https://mam.test", client=("203.0.113.9", 1)) as client:
        client.cookies.jar.set_policy(no_cookies())
        made.client = client
        yield made


def no_cookies() -> object:
    """Cookies are sent where a test says so, and kept nowhere."""
    from http.cookiejar import DefaultCookiePolicy

    return DefaultCookiePolicy(allowed_domains=[])


@pytest.fixture
def ann(world: AccountsWorld) -> SignedInWorld:
    world.has_account()
    return world.signs_in()
