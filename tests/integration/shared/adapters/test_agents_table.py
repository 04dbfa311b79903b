"""The tables of agents against DynamoDB as moto plays it: who gets a slug, what a publication is, and what races do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from shared.adapters import agents_table
from shared.adapters.agent_versions_table import AgentVersionsTable
from shared.adapters.agents_table import AgentsTable
from shared.adapters.model_spend_table import ModelSpendTable
from shared.catalogue.errors import CursorInvalid
from shared.catalogue.repository import AgentStatus
from tests.contracts.agents_repository import AgentsContract, a_version
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.listings import a_listing


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentsTable]:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_dynamodb():
        create("agents", [("slug", "S", "HASH")], index=[("status", "S", "HASH"), ("published_at", "S", "RANGE")])
        create("agent_versions", [("slug", "S", "HASH"), ("version", "N", "RANGE")])
        create("meters", [("key", "S", "HASH")])
        yield AgentsTable("agents", "agent_versions")


def create(name: str, key: list[tuple[str, str, str]], index: list[tuple[str, str, str]] | None = None) -> None:
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    schema = [{"AttributeName": attribute, "KeyType": role} for attribute, _, role in key]
    attributes = {attribute: kind for attribute, kind, _ in [*key, *(index or [])]}
    indexes = {
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_status",
                "KeySchema": [{"AttributeName": attribute, "KeyType": role} for attribute, _, role in index or []],
                "Projection": {"ProjectionType": "ALL"},
            }
        ]
    }
    client.create_table(
        TableName=name,
        KeySchema=schema,
        AttributeDefinitions=[{"AttributeName": one, "AttributeType": kind} for one, kind in attributes.items()],
        BillingMode="PAY_PER_REQUEST",
        **(indexes if index else {}),
    )


class TestAgentsTable(AgentsContract):
    @pytest.fixture
    def agents(self, tables: AgentsTable) -> AgentsTable:
        return tables

    @pytest.fixture
    def versions(self, tables: AgentsTable) -> AgentVersionsTable:
        del tables
        return AgentVersionsTable("agent_versions")


def test_a_slug_taken_between_looking_and_reserving_is_not_given_twice(
    tables: AgentsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    read = agents_table.find

    def late(model: Any, slug: str) -> Any:
        return None if slug == "invoice-chaser" else read(model, slug)

    monkeypatch.setattr(agents_table, "find", late)
    assert tables.reserve("invoice-chaser", "opp_2") == "invoice-chaser-2"


def test_an_opportunity_that_reserved_at_the_same_time_elsewhere_keeps_its_first_slug(
    tables: AgentsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    read, blind = agents_table.find, ["opportunity#opp_1"]

    def late(model: Any, slug: str) -> Any:
        return None if slug in blind and not blind.remove(slug) else read(model, slug)

    monkeypatch.setattr(agents_table, "find", late)
    assert tables.reserve("another-name", "opp_1") == "invoice-chaser"
    assert tables.get("another-name") is None


def test_a_withdrawal_between_looking_and_publishing_is_kept(
    tables: AgentsTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    tables.publish(a_version(), a_listing(), "detail.json")
    read, reads = agents_table.find, [0]

    def late(model: Any, slug: str) -> Any:
        found = read(model, slug)
        reads[0] += 1
        if reads[0] == 1:
            AgentsTable("agents").withdraw("invoice-chaser", "a complaint")
        return found

    monkeypatch.setattr(agents_table, "find", late)
    later = tables.publish(a_version(build_id="b2", version=2), a_listing(), "second.json")
    assert (later.status, later.version) == (AgentStatus.WITHDRAWN, 2)


@pytest.mark.parametrize("cursor", ["", "x", "e30", "bnVsbA", "eyJzbHVnIjogMX0", "é"])
def test_a_cursor_that_is_not_ours_is_refused(tables: AgentsTable, cursor: str) -> None:
    if cursor:
        with pytest.raises(CursorInvalid):
            tables.list_published(2, cursor)


def test_spend_adds_up_within_a_day_and_starts_anew_the_next(tables: AgentsTable) -> None:
    now = [datetime(2026, 11, 23, 23, 59, tzinfo=UTC)]
    spend = ModelSpendTable("meters", cap_cents=3, clock=lambda: now[0])
    assert not spend.is_exceeded()
    for _ in range(9):
        spend.add(3_000)
    assert (spend.today(), spend.is_exceeded()) == (27_000, False)
    spend.add(3_000)
    assert spend.is_exceeded()
    spend.add(0)
    now[0] += timedelta(minutes=2)
    assert (spend.today(), spend.is_exceeded()) == (0, False)
    item: Any = boto3.client("dynamodb", region_name="us-east-1").get_item(
        TableName="meters", Key={"key": {"S": "model_spend#2026-11-23"}}
    )
    assert int(item["Item"]["expires_at"]["N"]) > datetime(2026, 12, 20, tzinfo=UTC).timestamp()


def test_a_rows_revision_is_read(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    tables.publish(a_version(), a_listing(), "detail.json")
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    client.update_item(
        TableName="agents",
        Key={"slug": {"S": "invoice-chaser"}},
        UpdateExpression="SET revision = :raised",
        ExpressionAttributeValues={":raised": {"N": "7"}},
    )
    assert [agent.revision for agent in tables.every(5).items] == [7]
