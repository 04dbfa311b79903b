from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import boto3
import pytest
from pynamodb.connection import Connection

from shared.adapters.demo_limits_table import DemoLimitsTable, DemoMeterItem
from shared.adapters.dynamodb import model_of
from tests.contracts.demo_limits import NOW, DemoLimitsContract, take
from tests.fakes.dynamodb import mock_dynamodb


@pytest.fixture
def limits() -> Iterator[DemoLimitsTable]:
    with mock_dynamodb():
        boto3.client("dynamodb").create_table(
            TableName="meters",
            KeySchema=[{"AttributeName": "key", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "key", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield DemoLimitsTable("meters", clock=lambda: NOW)


class TestDemoLimitsTable(DemoLimitsContract):
    """On DynamoDB as moto plays it."""


@pytest.fixture
def one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call is atomic in DynamoDB, but not in moto; between calls, threads race as they please."""
    lock, call = Lock(), Connection._make_api_call  # pyright: ignore[reportPrivateUsage]

    def locked(self: Connection, *args: Any, **options: Any) -> Any:
        with lock:
            return call(self, *args, **options)

    monkeypatch.setattr(Connection, "_make_api_call", locked)


@pytest.mark.usefixtures("one_call_at_a_time")
def test_racing_callers_get_exactly_the_limit(limits: DemoLimitsTable) -> None:
    with ThreadPoolExecutor(16) as pool:
        same_agent = list(pool.map(lambda _: take(limits, "203.0.113.1", "a"), range(24)))
        many_agents = list(pool.map(lambda n: take(limits, "203.0.113.9", f"agent-{n}"), range(48)))
    assert sum(same_agent) == 3
    assert sum(many_agents) == 20


def test_the_item_expires_when_it_says_nothing_any_more(limits: DemoLimitsTable) -> None:
    take(limits, "203.0.113.1", "a")
    item = model_of(DemoMeterItem, "meters").get("demo#203.0.113.1")
    assert NOW + 3600 <= item.expires_at <= NOW + 3700
