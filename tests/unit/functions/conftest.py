"""All endpoints in one application over a marketplace in memory."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from functions.openapi import load_routers
from shared.runtime.http import create_app
from tests.fakes.marketplace import FakeMarketplace


@pytest.fixture
def marketplace(monkeypatch: pytest.MonkeyPatch) -> FakeMarketplace:
    market = FakeMarketplace()
    market.wire(monkeypatch)
    return market


@pytest.fixture
def client(marketplace: FakeMarketplace, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def no_time(seconds: float) -> None:
        marketplace.now += seconds

    monkeypatch.setattr("functions.runs.start_demo.router.sleep", no_time)
    monkeypatch.setattr("functions.runs.start_demo.router.now", marketplace.clock)
    monkeypatch.setattr("functions.runs.get_demo.router.clock", marketplace.clock)
    monkeypatch.delenv("ORIGIN_SECRET", raising=False)
    with TestClient(create_app(*load_routers()), client=("203.0.113.9", 1)) as test_client:
        yield test_client
