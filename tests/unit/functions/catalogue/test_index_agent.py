import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord

from functions.catalogue.index_agent import handler as entry
from functions.catalogue.index_agent.index import REVISIONS, Copy, Row, fill, make_entry, read_row, rebuild
from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.repository import AgentStatus
from shared.catalogue.searchable import SearchField
from shared.catalogue.snapshot import CatalogueEntry, EntryRefused, SnapshotCopy
from shared.runtime import wiring
from tests.contracts.snapshot_store import an_entry
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.listings import a_listing
from tests.fakes.marketplace import FakeMarketplace
from tests.fakes.snapshots import FakeSnapshotStore


class FakeIndex:
    """External versions as the real index holds them. It is not there before `needs_filling` made it."""

    def __init__(self) -> None:
        self.documents: dict[str, CatalogueEntry] = {}
        self.exists = False
        self.taken_over = False
        self.down = False
        self.refuses: set[str] = set()

    def lose(self) -> None:
        self.documents.clear()
        self.exists = self.taken_over = False

    def needs_filling(self) -> bool:
        self._answer()
        self.exists = True
        return not self.taken_over

    def take_over(self) -> None:
        self._answer()
        self.taken_over = True

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int:
        self._answer()
        if not self.exists:
            raise CatalogUnavailable("no such index")
        given = list(entries)
        written = sum(self._write(entry, again) for entry in given if entry.slug not in self.refuses)
        if any(entry.slug in self.refuses for entry in given):
            raise EntryRefused("it does not fit")
        return written

    def shown(self) -> dict[str, ListingSummary]:
        return {slug: entry.shown.listing for slug, entry in self.documents.items() if entry.shown is not None}

    def _write(self, entry: CatalogueEntry, again: bool) -> bool:
        known = self.documents.get(entry.slug)
        if known is not None and known.version >= entry.version + again:
            return False
        self.documents[entry.slug] = entry
        return True

    def _answer(self) -> None:
        if self.down:
            raise CatalogUnavailable("down")


def an_index() -> FakeIndex:
    found = FakeIndex()
    found.exists = found.taken_over = True
    return found


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
    found.put_json("d", {"description": "Reminds people", "use_cases": ["Chasing late payers"]})
    return found


def show(copies: Iterable[Copy], rows: Iterable[Row | None], details: FakeArtifacts) -> None:
    for row in rows:
        assert row is not None
        for copy in copies:
            copy.put([make_entry(row, details)])


def test_whatever_the_order_of_events_the_newest_state_is_shown(details: FakeArtifacts) -> None:
    events = [read_row(image(1)), read_row(image(2)), read_row(image(2, revision=1)), read_row(image(3))]
    for order in itertools.permutations([*events, events[1]]):
        index, snapshot = an_index(), FakeSnapshotStore()
        show([index, SnapshotCopy(snapshot)], order, details)
        assert index.shown()["invoice-chaser"].price.amount_cents == 1003
        [found] = snapshot.snapshot.listings
        assert found.listing.price.amount_cents == 1003


@pytest.mark.parametrize(
    "off", [read_row(image(2, status=AgentStatus.WITHDRAWN, revision=1)), read_row(image(2), deleted=True)]
)
def test_an_agent_taken_off_the_shelf_stays_off(details: FakeArtifacts, off: Row | None) -> None:
    for order in itertools.permutations([read_row(image(2)), off]):
        index, snapshot = an_index(), FakeSnapshotStore()
        show([index, SnapshotCopy(snapshot)], order, details)
        assert not index.shown()
        assert not snapshot.snapshot.listings


def test_a_republished_agent_is_back_whatever_the_order_of_events(details: FakeArtifacts) -> None:
    rows = [
        read_row(image(2)),
        read_row(image(2, status=AgentStatus.WITHDRAWN, revision=1)),
        read_row(image(2, revision=2)),
    ]
    for order in itertools.permutations(rows):
        index, snapshot = an_index(), FakeSnapshotStore()
        show([index, SnapshotCopy(snapshot)], order, details)
        assert index.shown()
        assert snapshot.snapshot.listings


def test_what_was_never_published_is_not_indexed() -> None:
    assert read_row({"slug": "x", "status": "reserved", "opportunity_id": "o"}) is None
    assert read_row({"slug": "opportunity#o", "opportunity_id": "o", "agent": "x"}) is None
    assert read_row({"slug": "x", "status": "rejected", "version": 0}) is None


def a_market() -> FakeMarketplace:
    """Two published agents, one of them with figures that changed since, and one that was taken off the shelf."""
    market = FakeMarketplace()
    for slug in ("price-watch", "reply-desk", "rota-fixer"):
        market.publish(a_listing(slug))
    rows = market.agents.rows
    rows["reply-desk"] = rows["reply-desk"].model_copy(update={"revision": 3})
    rows["rota-fixer"] = rows["rota-fixer"].model_copy(update={"status": AgentStatus.WITHDRAWN, "revision": 1})
    market.agents.reserve("only-reserved", "opp_1")
    return market


def test_a_new_index_is_filled_from_the_table_before_searches_move_to_it() -> None:
    market, index = a_market(), FakeIndex()
    fill(index, market.agents, market.artifacts)
    assert set(index.shown()) == {"price-watch", "reply-desk"}
    assert {slug: entry.version for slug, entry in index.documents.items()} == {
        "price-watch": REVISIONS,
        "reply-desk": REVISIONS + 3,
        "rota-fixer": REVISIONS + 1,
    }
    assert index.taken_over
    again = an_index()
    fill(again, market.agents, market.artifacts)
    assert not again.documents


def test_an_index_whose_filling_was_interrupted_is_filled_to_the_end() -> None:
    market, index = a_market(), FakeIndex()
    index.needs_filling()
    fill(index, market.agents, market.artifacts)
    assert set(index.shown()) == {"price-watch", "reply-desk"}


def test_rebuilding_mends_what_is_wrong_and_repeats_without_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.catalogue.index_agent.index.PAGE", 2)
    market, index, store = a_market(), an_index(), FakeSnapshotStore()
    copies = [SnapshotCopy(store), index]
    for copy in copies:
        copy.put([an_entry("price-watch", REVISIONS, name="Wrong"), an_entry("rota-fixer", REVISIONS)])
    assert rebuild(copies, market.agents, market.artifacts) == 3
    documents, snapshot = dict(index.documents), store.snapshot
    assert set(index.shown()) == set(snapshot.entries) == {"price-watch", "reply-desk"}
    assert index.shown()["price-watch"].name == snapshot.entries["price-watch"].shown.listing.name == "Price Watch"  # pyright: ignore
    assert rebuild(copies, market.agents, market.artifacts) == 3
    assert (index.documents, store.snapshot) == (documents, snapshot)


def test_a_change_while_rebuilding_stays(details: FakeArtifacts) -> None:
    market = a_market()
    for first in (True, False):
        index, store = an_index(), FakeSnapshotStore()
        copies = [SnapshotCopy(store), index]
        newer = read_row(image(2, slug="price-watch"))
        if first:
            show(copies, [newer], details)
        rebuild(copies, market.agents, market.artifacts)
        if not first:
            show(copies, [newer], details)
        assert index.documents["price-watch"].version == store.snapshot.version("price-watch") == 2 * REVISIONS


def test_a_table_without_agents_leaves_an_empty_snapshot_that_needs_no_filling() -> None:
    store = FakeSnapshotStore()
    assert SnapshotCopy(store).needs_filling()
    fill(SnapshotCopy(store), FakeMarketplace().agents, FakeArtifacts())
    assert not SnapshotCopy(store).needs_filling()


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


@dataclass
class Wired:
    index: FakeIndex
    store: FakeSnapshotStore
    market: FakeMarketplace


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch, details: FakeArtifacts) -> Wired:
    found = Wired(FakeIndex(), FakeSnapshotStore(), FakeMarketplace())
    entry.fill_copy.cache_clear()
    monkeypatch.setattr(wiring.catalogue, "catalog_search", lambda: found.index)
    monkeypatch.setattr(wiring.catalogue, "snapshot_copy", lambda: SnapshotCopy(found.store))
    monkeypatch.setattr(wiring.catalogue, "agents", lambda: found.market.agents)
    monkeypatch.setattr(wiring.platform, "artifacts", lambda: details)
    return found


def handle(*records: dict[str, Any]) -> dict[str, Any]:
    return entry.handler(json.loads(json.dumps({"Records": list(records)})), Context())  # pyright: ignore


def test_events_of_the_stream_reach_the_index_and_the_snapshot(wired: Wired) -> None:
    assert handle(stream_record(1, image(1)), stream_record(2, {"slug": "x", "status": "reserved"})) == {
        "batchItemFailures": []
    }
    assert list(wired.index.shown()) == ["invoice-chaser"]
    [found] = wired.store.snapshot.listings
    assert "remind" in found.terms[SearchField.DESCRIPTION]
    assert "chase" in found.terms[SearchField.USE_CASES]
    assert wired.index.documents["invoice-chaser"].shown == found


def test_only_what_failed_comes_back(wired: Wired, details: FakeArtifacts, monkeypatch: pytest.MonkeyPatch) -> None:
    read = details.get_json

    def out_of_reach(key: str) -> Any:
        if key == "away":
            raise ConnectionError("S3 does not answer")
        return read(key)

    monkeypatch.setattr(details, "get_json", out_of_reach)
    waiting = stream_record(2, image(1, slug="other", detail_key="away"))
    assert handle(stream_record(1, image(1)), waiting) == {"batchItemFailures": [{"itemIdentifier": "102"}]}
    assert list(wired.index.shown()) == ["invoice-chaser"]


POISON: dict[str, dict[str, Any]] = {
    "a listing that is none": {"summary": "{}"},
    "a listing that is no JSON": {"summary": "not JSON"},
    "a detail that is not there": {"detail_key": "missing"},
    "a detail that is no document": {"detail_key": "list"},
    "a detail that is no JSON": {"detail_key": "text"},
    "what the index does not take": {"slug": "refused"},
}


@pytest.mark.parametrize("name", POISON)
def test_a_record_that_can_never_be_indexed_holds_up_none_after_it(
    wired: Wired, details: FakeArtifacts, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    details.put_json("list", ["no", "document"])
    details.put_text("text", "no JSON")
    wired.index.refuses = {"refused"}
    poison = stream_record(1, image(1, **{"slug": "poison", **POISON[name]}))
    assert handle(poison, stream_record(2, image(1))) == {"batchItemFailures": []}
    assert list(wired.index.shown()) == ["invoice-chaser"]
    assert "AgentsNotIndexed" in capsys.readouterr().out


def test_what_the_index_does_not_take_comes_back_for_a_snapshot_that_is_down(wired: Wired) -> None:
    wired.index.refuses, wired.store.down = {"invoice-chaser"}, True
    record = stream_record(1, image(1))
    assert handle(record) == {"batchItemFailures": [{"itemIdentifier": "101"}]}
    wired.store.down = False
    assert handle(record) == {"batchItemFailures": []}
    assert list(wired.store.snapshot.entries) == ["invoice-chaser"]


def test_a_row_that_cannot_be_listed_keeps_no_copy_from_being_filled() -> None:
    market, index, store = a_market(), FakeIndex(), FakeSnapshotStore()
    market.agents.rows["reply-desk"] = market.agents.rows["reply-desk"].model_copy(update={"detail_key": "missing"})
    for copy in (index, SnapshotCopy(store)):
        fill(copy, market.agents, market.artifacts)
    assert index.taken_over
    assert set(index.shown()) == set(store.snapshot.entries) == {"price-watch"}
    refusing = FakeIndex()
    refusing.refuses = {"price-watch"}
    fill(refusing, a_market().agents, a_market().artifacts)
    assert refusing.taken_over
    assert "price-watch" not in refusing.shown()


def test_an_index_that_was_lost_is_made_and_filled_anew_when_the_record_comes_back(wired: Wired) -> None:
    handle(stream_record(1, image(1)))
    wired.index.lose()
    again = stream_record(2, image(1))
    assert handle(again) == {"batchItemFailures": [{"itemIdentifier": "102"}]}
    assert handle(again) == {"batchItemFailures": []}
    assert list(wired.index.shown()) == ["invoice-chaser"]


def test_why_a_record_comes_back_is_logged(wired: Wired, caplog: pytest.LogCaptureFixture) -> None:
    wired.index.down = True
    handle(stream_record(1, image()))
    [told] = [vars(one) for one in caplog.records if one.message == "agent not indexed yet"]
    assert (told["error"], told["reason"]) == ("CatalogUnavailable", "down")


def test_the_snapshot_follows_while_the_index_is_down_and_the_record_comes_back_for_the_index(wired: Wired) -> None:
    wired.index.down = True
    record = stream_record(1, image(1))
    for _ in range(50):
        assert handle(record) == {"batchItemFailures": [{"itemIdentifier": "101"}]}
    assert list(wired.store.snapshot.entries) == ["invoice-chaser"]
    wired.index.down = False
    assert handle(record) == {"batchItemFailures": []}
    assert list(wired.index.shown()) == ["invoice-chaser"]


def test_the_index_follows_while_the_snapshot_is_down(wired: Wired) -> None:
    wired.store.down = True
    assert handle(stream_record(1, image(1))) == {"batchItemFailures": [{"itemIdentifier": "101"}]}
    assert list(wired.index.shown()) == ["invoice-chaser"]


def test_where_search_is_switched_off_only_the_snapshot_is_written(
    wired: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring.catalogue, "catalog_search", lambda: None)
    assert handle(stream_record(1, image(1))) == {"batchItemFailures": []}
    assert list(wired.store.snapshot.entries) == ["invoice-chaser"]
    assert not wired.index.documents


def test_an_invocation_writes_everything_anew(wired: Wired, details: FakeArtifacts) -> None:
    market = wired.market = a_market()
    details.objects.update(market.artifacts.objects)
    wired.index = an_index()
    assert entry.handler({"reindex": True}, Context()) == {"agents": 3}  # pyright: ignore
    assert set(wired.index.shown()) == set(wired.store.snapshot.entries) == {"price-watch", "reply-desk"}


def test_a_record_can_be_read_by_the_data_class() -> None:
    record = DynamoDBRecord(stream_record(1, image(4)))
    assert record.dynamodb is not None
    row = read_row(record.dynamodb.new_image)
    assert row is not None
    assert row.version == 4 * REVISIONS
