import itertools
import json
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from functions.catalogue.index_agent import handler as entry
from functions.catalogue.index_agent.index import REVISIONS, index_row, prepare, row_of
from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.repository import AgentStatus
from shared.runtime import wiring
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.listings import a_listing
from tests.fakes.marketplace import FakeMarketplace


class FakeIndex:
    """External versions as the real index holds them."""

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.documents: dict[str, tuple[int, ListingSummary | None, str]] = {}
        self.exists = False
        self.taken_over = False

    def lose(self) -> None:
        self.documents.clear()
        self.exists = False

    def ensure_index(self) -> bool:
        created, self.exists = not self.exists, True
        return created

    def take_over(self) -> None:
        self.taken_over = True

    def put(self, listing: ListingSummary, version: int, *, description: str = "") -> bool:
        return self._write(listing.slug, (version, listing, description))

    def remove(self, slug: str, version: int) -> bool:
        return self._write(slug, (version, None, ""))

    def shown(self) -> dict[str, ListingSummary]:
        return {slug: listing for slug, (_, listing, _) in self.documents.items() if listing is not None}

    def _write(self, slug: str, document: tuple[int, ListingSummary | None, str]) -> bool:
        if not self.exists and self.strict:
            raise CatalogUnavailable("no such index")
        if slug in self.documents and self.documents[slug][0] >= document[0]:
            return False
        self.documents[slug] = document
        return True


def image(version: int = 1, status: str = AgentStatus.PUBLISHED, **changes: Any) -> dict[str, Any]:
    summary = a_listing(price_cents=1000 + version).model_dump_json()
    return {
        "slug": "invoice-chaser",
        "status": status,
        "version": version,
        "summary": summary,
        "detail_key": "d",
        **changes,
    }


@pytest.fixture
def details() -> FakeArtifacts:
    found = FakeArtifacts()
    found.put_json("d", {"description": "Reminds people"})
    return found


def test_whatever_the_order_of_events_the_newest_state_is_shown(details: FakeArtifacts) -> None:
    events = [row_of(image(1)), row_of(image(2)), row_of(image(2, revision=1)), row_of(image(3))]
    for order in itertools.permutations([*events, events[1]]):
        index = FakeIndex()
        for row in order:
            assert row is not None
            index_row(row, index, details)
        assert index.shown()["invoice-chaser"].price.amount_cents == 1003


def test_an_agent_taken_off_the_shelf_stays_off(details: FakeArtifacts) -> None:
    off = row_of(image(2, status=AgentStatus.WITHDRAWN, revision=1))
    on = row_of(image(2))
    assert off is not None
    assert on is not None
    for order in itertools.permutations([on, off]):
        index = FakeIndex()
        for row in order:
            index_row(row, index, details)
        assert not index.shown()


def test_a_republished_agent_is_back_whatever_the_order_of_events(details: FakeArtifacts) -> None:
    on, off = row_of(image(2)), row_of(image(2, status=AgentStatus.WITHDRAWN, revision=1))
    back = row_of(image(2, revision=2))
    for order in itertools.permutations([on, off, back]):
        index = FakeIndex()
        for row in order:
            assert row is not None
            index_row(row, index, details)
        assert index.shown()


def test_a_new_index_is_not_overruled_by_records_that_are_older_than_it() -> None:
    """The index was filled from a row that had been withdrawn and republished; then the withdrawal's record comes."""
    market, slug = FakeMarketplace(), "price-watch"
    market.publish()
    market.agents.withdraw(slug, "a complaint")
    market.agents.republish(slug)
    index = FakeIndex()
    prepare(index, market.agents, market.artifacts)
    late = row_of(image(1, slug=slug, status=AgentStatus.WITHDRAWN, revision=1))
    assert late is not None
    assert not index_row(late, index, market.artifacts)
    assert slug in index.shown()


def test_a_deleted_row_leaves_the_shelf(details: FakeArtifacts) -> None:
    index = FakeIndex()
    for row in (row_of(image(2)), row_of(image(2), deleted=True)):
        assert row is not None
        index_row(row, index, details)
    assert not index.shown()


def test_what_was_never_published_is_not_indexed() -> None:
    assert row_of({"slug": "x", "status": "reserved", "opportunity_id": "o"}) is None
    assert row_of({"slug": "opportunity#o", "opportunity_id": "o", "agent": "x"}) is None
    assert row_of({"slug": "x", "status": "rejected", "version": 0}) is None


def test_a_new_index_is_filled_from_the_table_before_searches_move_to_it(details: FakeArtifacts) -> None:
    market = FakeMarketplace()
    market.publish()
    index = FakeIndex()
    prepare(index, market.agents, market.artifacts)
    assert list(index.shown()) == ["price-watch"]
    assert index.documents["price-watch"][0] == REVISIONS
    assert index.taken_over
    again = FakeIndex()
    again.exists = True
    prepare(again, market.agents, market.artifacts)
    assert not again.documents


def stream_record(number: int, new: dict[str, Any]) -> dict[str, Any]:
    def attribute(value: Any) -> dict[str, Any]:
        return {"N": str(value)} if isinstance(value, int) else {"S": value}

    return {
        "eventID": str(number),
        "eventName": "MODIFY",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {"slug": {"S": new["slug"]}},
            "NewImage": {key: attribute(value) for key, value in new.items()},
            "SequenceNumber": str(100 + number),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    }


class Context:
    aws_request_id = "request"
    function_name = "mam-index-agent"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:0:function:mam-index-agent"

    def get_remaining_time_in_millis(self) -> int:
        return 10_000


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch, details: FakeArtifacts) -> FakeIndex:
    index, market = FakeIndex(strict=True), FakeMarketplace()
    entry.prepared.cache_clear()
    monkeypatch.setattr(wiring.catalogue, "catalog_search", lambda: index)
    monkeypatch.setattr(wiring.catalogue, "agents", lambda: market.agents)
    monkeypatch.setattr(wiring.platform, "artifacts", lambda: details)
    return index


def handle(*records: dict[str, Any]) -> dict[str, Any]:
    return entry.handler(json.loads(json.dumps({"Records": list(records)})), Context())  # pyright: ignore


def test_events_of_the_stream_reach_the_index(wired: FakeIndex) -> None:
    assert handle(stream_record(1, image(1)), stream_record(2, {"slug": "x", "status": "reserved"})) == {
        "batchItemFailures": []
    }
    assert list(wired.shown()) == ["invoice-chaser"]
    assert wired.documents["invoice-chaser"][2] == "Reminds people"


def test_only_what_failed_comes_back(wired: FakeIndex) -> None:
    lost = image(1, slug="other")
    lost["detail_key"] = "missing"
    assert handle(stream_record(1, image(1)), stream_record(2, lost)) == {
        "batchItemFailures": [{"itemIdentifier": "102"}]
    }
    assert list(wired.shown()) == ["invoice-chaser"]


def test_an_index_that_was_lost_is_made_and_filled_anew_when_the_record_comes_back(wired: FakeIndex) -> None:
    handle(stream_record(1, image(1)))
    wired.lose()
    again = stream_record(2, image(1))
    assert handle(again) == {"batchItemFailures": [{"itemIdentifier": "102"}]}
    assert handle(again) == {"batchItemFailures": []}
    assert list(wired.shown()) == ["invoice-chaser"]


def test_a_record_can_be_read_by_the_data_class() -> None:
    record = DynamoDBRecord(stream_record(1, image(4)))
    assert record.dynamodb is not None
    row = row_of(record.dynamodb.new_image)
    assert row is not None
    assert row.version == 4 * REVISIONS
