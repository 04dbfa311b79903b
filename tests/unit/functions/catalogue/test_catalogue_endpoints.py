import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from fastapi.testclient import TestClient

from shared.adapters.artifacts import write_canonical_json
from shared.adapters.task_refusals_table import RECENT_SECONDS
from shared.catalogue.listing import ListingSummary
from tests.fakes.listings import some_listings
from tests.fakes.marketplace import FakeMarketplace


def publish_all(marketplace: FakeMarketplace) -> None:
    for listing in some_listings():
        marketplace.publish(listing)


def test_agents_are_listed_page_by_page(client: TestClient, marketplace: FakeMarketplace) -> None:
    publish_all(marketplace)
    first = client.get("/api/v1/agents", params={"page_size": 4}).json()
    second = client.get("/api/v1/agents", params={"page_size": 4, "page": 2}).json()
    assert (first["total"], len(first["items"]), len(second["items"])) == (6, 4, 2)
    assert first["degraded"] is False
    assert first["items"][0]["slug"] == "price-watch"
    assert set(first["items"][0]) == set(ListingSummary.model_fields)


def test_every_page_but_the_last_leads_to_the_next_with_all_that_was_asked_for(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    publish_all(marketplace)
    given = {"sort": "quality", "min_price": "0", "page_size": "2", "max_price": "9900"}
    where, seen, pages = f"/api/v1/agents?{urlencode(given)}", [], 0
    while where:
        answer = client.get(where)
        listed = answer.json()
        seen += [item["slug"] for item in listed["items"]]
        pages += 1
        where = listed.get("next", "")
        assert answer.headers.get("link") == (f'<{where}>; rel="next"' if where else None)
        if where:
            assert urlsplit(where).path == "/api/v1/agents"
            assert dict(parse_qsl(urlsplit(where).query, keep_blank_values=True)) == {**given, "page": str(pages + 1)}
    assert "next" not in listed
    assert (pages, len(seen), len(set(seen))) == (3, 6, 6)


@pytest.mark.parametrize(
    ("query", "following"),
    [
        ("page_size=3", "/api/v1/agents?page_size=3&page=2"),
        ("page_size=3&page=2", None),
        ("page_size=6", None),
        ("page_size=1&page=100", None),
        ("page_size=1&q=%C3%BCber%26%3D", None),
        ("tag=monitoring&page_size=1", "/api/v1/agents?tag=monitoring&page_size=1&page=2"),
        ("page=7&page_size=1", None),
    ],
)
def test_there_is_no_next_page_after_the_last(
    client: TestClient, marketplace: FakeMarketplace, query: str, following: str | None
) -> None:
    publish_all(marketplace)
    assert client.get(f"/api/v1/agents?{query}").json().get("next") == following


def test_the_same_page_asked_for_in_two_ways_leads_on_in_two_ways(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    publish_all(marketplace)
    plain = client.get("/api/v1/agents?page_size=2").json()["next"]
    spelt_out = client.get("/api/v1/agents?sort=quality&page_size=2").json()["next"]
    assert ("sort" in plain, "sort=quality" in spelt_out) == (False, True)


def test_filters_and_order_are_taken_from_the_query(client: TestClient, marketplace: FakeMarketplace) -> None:
    publish_all(marketplace)
    params = {"category": "finance", "min_price": 1000, "max_price": 2000, "sort": "recent"}
    assert [item["slug"] for item in client.get("/api/v1/agents", params=params).json()["items"]] == [
        "invoice-chaser",
        "ledger-tidy",
    ]


@pytest.mark.parametrize("text", ["", "  ", "!!!", "*", "\U0001f680"])
def test_a_search_text_without_a_word_is_said_to_be_empty(client: TestClient, text: str) -> None:
    answer = client.get("/api/v1/agents", params={"q": text})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "q"
    assert "leave it out to list all agents" in error["message"]


def test_a_query_of_bytes_that_are_no_text_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/agents?q=%ff%fe")
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query")


def test_lists_come_from_the_snapshot_while_search_is_down_and_say_so(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    publish_all(marketplace)
    marketplace.catalog.down = True
    answer = client.get("/api/v1/agents", params={"q": "prices", "sort": "quality"})
    assert [item["slug"] for item in answer.json()["items"]] == ["price-watch"]
    assert answer.json()["degraded"] is True
    assert answer.headers["x-mam-degraded"] == "search"
    assert client.get("/api/v1/categories").json()["degraded"] is True


def test_where_search_is_switched_off_the_same_is_found_and_said_to_be_degraded(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    publish_all(marketplace)
    asked = {"q": "watching pages"}
    before = client.get("/api/v1/agents", params=asked).json()
    marketplace.switch_search_off()
    answer = client.get("/api/v1/agents", params=asked)
    assert before["items"]
    assert answer.json() == {**before, "degraded": True}
    assert answer.headers["x-mam-degraded"] == "search"
    assert client.get("/api/v1/categories").json()["degraded"] is True
    assert "search" not in client.get("/api/v1/health").json()["dependencies"]
    assert marketplace.catalog.searches == 1


def test_lists_without_index_and_snapshot_say_when_to_try_again(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    marketplace.catalog.down = marketplace.snapshot.down = True
    for path in ("/api/v1/agents", "/api/v1/agents?q=prices", "/api/v1/categories"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "catalogue-unavailable")
        assert int(answer.headers["retry-after"]) > 0


def test_a_search_that_is_down_is_left_alone_for_a_moment(client: TestClient, marketplace: FakeMarketplace) -> None:
    marketplace.catalog.down = True
    for _ in range(5):
        client.get("/api/v1/agents")
    assert marketplace.catalog.searches == 1
    marketplace.now += 6
    marketplace.catalog.down = False
    assert client.get("/api/v1/agents").json()["degraded"] is False


def test_wrong_parameters_are_named(client: TestClient) -> None:
    for params, field in [
        ({"page_size": 101}, "page_size"),
        ({"sort": "best"}, "sort"),
        ({"max_price": "x"}, "max_price"),
        ({"colour": "red"}, "colour"),
    ]:
        answer = client.get("/api/v1/agents", params=params)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_categories_are_all_there_with_their_counts(client: TestClient, marketplace: FakeMarketplace) -> None:
    publish_all(marketplace)
    counts = {item["category"]: item["agents"] for item in client.get("/api/v1/categories").json()["items"]}
    assert counts["finance"] == 2
    assert counts["marketing"] == 0


def test_an_agent_is_shown_with_its_evidence_and_current_figures(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    marketplace.publish()
    row = marketplace.agents.rows["price-watch"]
    assert row.summary is not None
    marketplace.agents.rows["price-watch"] = row.model_copy(
        update={"summary": row.summary.model_copy(update={"runs": 77})}
    )
    shown = client.get("/api/v1/agents/price-watch").json()
    assert shown["runs"] == 77
    assert shown["price"] == {"amount_cents": 1900, "currency": "USD", "interval": "month"}
    (opportunity,) = shown["evidence"]["opportunities"]
    assert (opportunity["title"], opportunity["voices"]) == ("Prices", 4)
    assert set(opportunity["problems"][0]) == {"quote", "url", "source", "date"}


def test_a_certificate_is_shown_at_its_own_address_only_and_beside_the_hash_that_it_has(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    marketplace.publish()
    assert "certificate" not in client.get("/api/v1/agents/price-watch").json()
    shown = client.get("/api/v1/agents/price-watch/certificate").json()
    assert shown["document"]["slug"] == "price-watch"
    assert hashlib.sha256(write_canonical_json(shown["document"])).hexdigest() == shown["sha256"]


def test_what_is_not_published_is_not_found(client: TestClient, marketplace: FakeMarketplace) -> None:
    marketplace.agents.reserve("only-reserved", "opp_1")
    for slug in ("only-reserved", "nothing", "NOT A SLUG", "x" * 3000):
        answer = client.get(f"/api/v1/agents/{slug}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "agent-not-found"


def test_an_agent_taken_off_the_shelf_is_gone(client: TestClient, marketplace: FakeMarketplace) -> None:
    marketplace.publish()
    marketplace.agents.withdraw("price-watch", "a complaint")
    for path in ("", "/certificate"):
        answer = client.get(f"/api/v1/agents/price-watch{path}")
        assert (answer.status_code, answer.json()["type"]) == (410, "agent-withdrawn")
    marketplace.agents.republish("price-watch")
    assert client.get("/api/v1/agents/price-watch").status_code == 200


def test_health_shows_whether_an_agent_can_be_started(client: TestClient, marketplace: FakeMarketplace) -> None:
    def tasks() -> tuple[int, str, str]:
        answer = client.get("/api/v1/health")
        return answer.status_code, answer.json()["status"], answer.json()["dependencies"]["tasks"]["status"]

    assert tasks() == (200, "ok", "ok")
    marketplace.refusals.note()
    assert tasks() == (200, "degraded", "degraded")
    marketplace.cluster.down = True
    assert tasks() == (200, "degraded", "down")
    marketplace.cluster.down = False
    marketplace.now += RECENT_SECONDS
    assert tasks() == (200, "ok", "ok")
    assert not marketplace.tasks.started


def test_health_shows_every_dependency(client: TestClient, marketplace: FakeMarketplace) -> None:
    answer = client.get("/api/v1/health")
    assert answer.status_code == 200
    assert set(answer.json()["dependencies"]) == {"database", "artifacts", "run_queue", "tasks", "search"}
    marketplace.catalog.down = True
    degraded = client.get("/api/v1/health")
    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    marketplace.artifacts.ping = lambda: 1 / 0  # pyright: ignore
    down = client.get("/api/v1/health")
    assert (down.status_code, down.json()["dependencies"]["artifacts"]["reason"]) == (503, "ZeroDivisionError")
