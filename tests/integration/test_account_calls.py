"""How often each account endpoint asks AWS, as docs/data-model.md lists it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.client import BaseClient

from infra_cdk.app import ROOT
from tests.integration.sample_account import KEY, renew_accounts
from tests.integration.sample_cloud import SampleCloud, sample_cloud
from tests.integration.sample_world import EVENTS

PAGE = ROOT / "docs" / "data-model.md"
ROW = re.compile(r"^\| `([a-z_]+)`(, by a key)? \| (\d+) \| ([^|]*) \|$", re.MULTILINE)
ENDPOINTS = sorted(router.parent.name for router in (ROOT / "functions" / "accounts").glob("*/router.py"))
BY_A_KEY = "get_me, by a key"
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"}

pytestmark = pytest.mark.xdist_group("sample-events")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleCloud]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        sample_cloud(tmp_path_factory.mktemp("sample"), monkeypatch) as running,
    ):
        yield running


@contextmanager
def watched_calls() -> Iterator[list[str]]:
    calls: list[str] = []
    client: Any = BaseClient
    original = client._make_api_call

    def watched(self: Any, operation: str, parameters: Any) -> Any:
        if self.meta.service_model.service_name == "dynamodb" and operation != "DescribeTable":
            calls.append(operation)
        return original(self, operation, parameters)

    client._make_api_call = watched
    try:
        yield calls
    finally:
        client._make_api_call = original


def calls_of(cloud: SampleCloud, name: str) -> list[str]:
    """Of a warm function: what describes tables and reads secrets once is left out."""
    renew_accounts()
    event = json.loads((EVENTS / f"{name.partition(',')[0]}.json").read_text())
    if name == BY_A_KEY:
        event["headers"] = {"x-api-key": KEY.text}
    with watched_calls() as calls:
        answer = cloud.call(f"mam-{name.partition(',')[0].replace('_', '-')}", event)
    assert answer["statusCode"] < 300, answer
    return calls


def listed() -> dict[str, tuple[int, list[str]]]:
    rows = ROW.findall(PAGE.read_text())
    return {name + by_key: (int(count), calls.replace(" ", "").split(",")) for name, by_key, count, calls in rows}


def test_every_account_endpoint_is_listed() -> None:
    assert sorted(listed()) == sorted([*ENDPOINTS, BY_A_KEY])


@pytest.mark.parametrize("name", [*ENDPOINTS, BY_A_KEY])
def test_an_endpoint_asks_as_often_as_the_page_says(cloud: SampleCloud, name: str) -> None:
    count, calls = listed()[name]
    assert calls_of(cloud, name) == calls
    assert count == len(calls)
