"""The tables of agents against DynamoDB as moto plays it: who gets a slug, what a publication is, and what races do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters import agents_table
from shared.adapters.agent_versions_table import AgentVersionsTable
from shared.adapters.agents_table import AgentsTable
from shared.adapters.model_spend_table import ModelSpendTable
from shared.catalogue.errors import AlreadyPublished, CursorInvalid, NotPublished, NotReserved
from shared.catalogue.repository import AgentStatus, AgentVersion
from tests.fakes.listings import a_listing

PUBLISHED = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentsTable]:
    for name, value in (("ACCESS_KEY_ID", "x"), ("SECRET_ACCESS_KEY", "x"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
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


def a_version(slug: str = "invoice-chaser", build_id: str = "b1", version: int = 1, **changes: Any) -> AgentVersion:
    values: dict[str, Any] = {
        "slug": slug,
        "version": version,
        "opportunity_id": "opp_1",
        "build_id": build_id,
        "image_digest": "sha256:" + "1" * 64,
        "models": ("model-a", "model-b"),
        "published_at": PUBLISHED,
        **{name: f"{name}.json" for name in ("spec_key", "code_key", "report_key", "scores_key", "certificate_key")},
        **changes,
    }
    return AgentVersion.model_validate(values)


def test_a_slug_is_held_for_one_opportunity_and_an_opportunity_holds_one_slug(tables: AgentsTable) -> None:
    assert tables.reserve("invoice-chaser", "opp_1") == "invoice-chaser"
    assert tables.reserve("invoice-chaser", "opp_1") == "invoice-chaser"
    assert tables.reserve("something-else", "opp_1") == "invoice-chaser"
    assert tables.reserve("invoice-chaser", "opp_2") == "invoice-chaser-2"
    held = tables.of_opportunity("opp_2")
    assert held is not None
    assert (held.slug, held.status) == ("invoice-chaser-2", AgentStatus.RESERVED)
    assert tables.of_opportunity("opp_3") is None
    assert tables.get("opportunity#opp_1") is None


def test_many_opportunities_with_one_wish_all_get_a_slug(tables: AgentsTable) -> None:
    got = {tables.reserve("a" * 48, f"opp_{number:04d}") for number in range(8)}
    assert len(got) == 8
    assert all(len(slug) <= 48 for slug in got)


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


def test_publishing_writes_listing_and_version_together_and_once(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    first = tables.publish(a_version(), a_listing(published_at=PUBLISHED), "detail.json")
    assert first.status is AgentStatus.PUBLISHED
    assert tables.get("invoice-chaser") == first
    versions = AgentVersionsTable("agent_versions")
    assert versions.latest("invoice-chaser") == versions.get("invoice-chaser", 1) == a_version()
    again = tables.publish(a_version(spec_key="other.json"), a_listing(name="Other"), "other.json")
    assert again == first
    assert versions.get("invoice-chaser", 1) == a_version()


def test_another_build_cannot_publish_the_same_version_but_a_later_one(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    tables.publish(a_version(), a_listing(), "detail.json")
    with pytest.raises(AlreadyPublished):
        tables.publish(a_version(build_id="b2"), a_listing(), "other.json")
    second = tables.publish(a_version(build_id="b2", version=2), a_listing(), "other.json")
    assert (second.version, second.detail_key) == (2, "other.json")
    latest = AgentVersionsTable("agent_versions").latest("invoice-chaser")
    assert latest is not None
    assert latest.version == 2


def test_only_the_opportunity_that_holds_the_slug_publishes_or_rejects(tables: AgentsTable) -> None:
    with pytest.raises(NotReserved):
        tables.publish(a_version(), a_listing(), "detail.json")
    tables.reserve("invoice-chaser", "opp_1")
    with pytest.raises(NotReserved):
        tables.publish(a_version(opportunity_id="opp_2"), a_listing(), "detail.json")
    with pytest.raises(NotReserved):
        tables.reject("invoice-chaser", "opp_2", "b1", "no")
    assert AgentVersionsTable("agent_versions").latest("invoice-chaser") is None


def test_a_rejected_row_keeps_its_reason_until_it_is_tried_again(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    rejected = tables.reject("invoice-chaser", "opp_1", "b1", "too slow")
    assert (rejected.status, rejected.reason, rejected.build_id) == (AgentStatus.REJECTED, "too slow", "b1")
    assert tables.reject("invoice-chaser", "opp_1", "b1", "too slow") == rejected
    assert tables.reserve("another-name", "opp_1") == "invoice-chaser"
    row = tables.get("invoice-chaser")
    assert row is not None
    assert (row.status, row.reason) == (AgentStatus.RESERVED, None)


def test_a_published_agent_cannot_be_rejected(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    published = tables.publish(a_version(), a_listing(), "detail.json")
    assert tables.reject("invoice-chaser", "opp_1", "b9", "changed my mind") == published


def test_a_withdrawn_agent_leaves_the_lists_and_comes_back_as_it_was(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    published = tables.publish(a_version(), a_listing(), "detail.json")
    withdrawn = tables.withdraw("invoice-chaser", "a complaint")
    assert (withdrawn.status, withdrawn.reason, withdrawn.revision) == (AgentStatus.WITHDRAWN, "a complaint", 1)
    assert not tables.published(10).items
    back = tables.republish("invoice-chaser")
    assert back == published.model_copy(update={"revision": 2})
    assert tables.published(10).items == [back]


def test_withdrawing_and_republishing_again_changes_nothing(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    published = tables.publish(a_version(), a_listing(), "detail.json")
    assert tables.republish("invoice-chaser") == published
    withdrawn = tables.withdraw("invoice-chaser", "a complaint")
    assert tables.withdraw("invoice-chaser", "another complaint") == withdrawn


def test_what_was_never_published_is_neither_withdrawn_nor_republished(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    tables.reserve("slow-one", "opp_2")
    tables.reject("slow-one", "opp_2", "b1", "too slow")
    for slug in ("nobody", "invoice-chaser", "slow-one", "opportunity#opp_1"):
        with pytest.raises(NotPublished):
            tables.withdraw(slug, "why")
        with pytest.raises(NotPublished):
            tables.republish(slug)
    assert tables.get("nobody") is None


def test_no_build_undoes_a_withdrawal(tables: AgentsTable) -> None:
    tables.reserve("invoice-chaser", "opp_1")
    tables.publish(a_version(), a_listing(), "detail.json")
    withdrawn = tables.withdraw("invoice-chaser", "a complaint")
    assert tables.reserve("another-name", "opp_1") == "invoice-chaser"
    assert tables.reject("invoice-chaser", "opp_1", "b9", "too slow") == withdrawn
    assert tables.publish(a_version(), a_listing(), "other.json") == withdrawn
    later = tables.publish(a_version(build_id="b2", version=2), a_listing(), "second.json")
    assert (later.status, later.reason) == (AgentStatus.WITHDRAWN, "a complaint")
    assert (later.version, later.detail_key) == (2, "second.json")
    assert AgentVersionsTable("agent_versions").get("invoice-chaser", 2) is not None
    assert not tables.published(10).items
    assert tables.republish("invoice-chaser").detail_key == "second.json"


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


def test_pages_of_published_agents_newest_first(tables: AgentsTable) -> None:
    for number in range(5):
        slug, opportunity = f"agent-{number}", f"opp_{number}"
        tables.reserve(slug, opportunity)
        at = PUBLISHED + timedelta(minutes=number)
        version = a_version(slug, opportunity_id=opportunity, published_at=at)
        tables.publish(version, a_listing(slug, published_at=at), "detail.json")
    tables.reserve("not-yet", "opp_9")
    page = tables.published(2)
    seen = [agent.slug for agent in page.items]
    while page.next_cursor:
        page = tables.published(2, page.next_cursor)
        seen += [agent.slug for agent in page.items]
    assert seen == ["agent-4", "agent-3", "agent-2", "agent-1", "agent-0"]


@pytest.mark.parametrize("cursor", ["", "x", "e30", "bnVsbA", "eyJzbHVnIjogMX0", "é"])
def test_a_cursor_that_is_not_ours_is_refused(tables: AgentsTable, cursor: str) -> None:
    if cursor:
        with pytest.raises(CursorInvalid):
            tables.published(2, cursor)


def test_spend_adds_up_within_a_day_and_starts_anew_the_next(tables: AgentsTable) -> None:
    now = [datetime(2026, 11, 23, 23, 59, tzinfo=UTC)]
    spend = ModelSpendTable("meters", cap_cents=3, clock=lambda: now[0])
    assert not spend.exceeded()
    for _ in range(9):
        spend.add(3_000)
    assert (spend.today(), spend.exceeded()) == (27_000, False)
    spend.add(3_000)
    assert spend.exceeded()
    spend.add(0)
    now[0] += timedelta(minutes=2)
    assert (spend.today(), spend.exceeded()) == (0, False)
    item: Any = boto3.client("dynamodb", region_name="us-east-1").get_item(
        TableName="meters", Key={"key": {"S": "model_spend#2026-11-23"}}
    )
    assert int(item["Item"]["expires_at"]["N"]) > datetime(2026, 12, 20, tzinfo=UTC).timestamp()
