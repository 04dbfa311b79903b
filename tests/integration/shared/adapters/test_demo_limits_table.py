from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import boto3
import pytest
from pynamodb.connection import Connection

from shared.adapters.demo_limits_table import DemoLimitsTable, DemoMeterItem
from shared.runs.demo_limits import DemoLimitReached, Start
from tests.fakes.dynamodb import mock_dynamodb

NOW = 1_800_000_000.0


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


def admitted(limits: DemoLimitsTable, address: str, slug: str, at: float = NOW, token: str = "t") -> bool:
    try:
        limits.take(address, Start(at, slug, token))
    except DemoLimitReached:
        return False
    return True


def test_three_an_hour_with_one_agent_and_twenty_in_all(limits: DemoLimitsTable) -> None:
    assert [admitted(limits, "203.0.113.1", "a") for _ in range(4)] == [True, True, True, False]
    assert sum(admitted(limits, "203.0.113.1", f"b-{n}") for n in range(30)) == 17
    assert admitted(limits, "203.0.113.2", "a")
    assert admitted(limits, "203.0.113.1", "a", at=NOW + 3601)


def test_a_slash_64_counts_as_one(limits: DemoLimitsTable) -> None:
    assert [admitted(limits, f"2001:db8:0:7::{n}", "a") for n in range(4)] == [True, True, True, False]
    assert admitted(limits, "2001:db8:0:8::1", "a")


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
        same_agent = list(pool.map(lambda _: admitted(limits, "203.0.113.1", "a"), range(24)))
        many_agents = list(pool.map(lambda n: admitted(limits, "203.0.113.9", f"agent-{n}"), range(48)))
    assert sum(same_agent) == 3
    assert sum(many_agents) == 20


def test_a_start_that_cost_nothing_is_given_back(limits: DemoLimitsTable) -> None:
    for token in ("one", "two", "three"):
        admitted(limits, "203.0.113.1", "a", token=token)
    limits.give_back("203.0.113.1", "two")
    limits.give_back("203.0.113.1", "never counted")
    assert [admitted(limits, "203.0.113.1", "a") for _ in range(2)] == [True, False]


def test_the_item_expires_when_it_says_nothing_any_more(limits: DemoLimitsTable) -> None:
    admitted(limits, "203.0.113.1", "a")
    item = DemoMeterItem.get("demo#203.0.113.1")
    assert NOW + 3600 <= item.expires_at <= NOW + 3700
