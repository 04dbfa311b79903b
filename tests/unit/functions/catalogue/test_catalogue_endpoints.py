import pytest
from fastapi.testclient import TestClient

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


def test_filters_and_order_are_taken_from_the_query(client: TestClient, marketplace: FakeMarketplace) -> None:
    publish_all(marketplace)
    params = {"category": "finance", "min_price": 1000, "max_price": 2000, "sort": "recent"}
    assert [item["slug"] for item in client.get("/api/v1/agents", params=params).json()["items"]] == [
        "invoice-chaser",
        "ledger-tidy",
    ]


@pytest.mark.parametrize("text", ["!!!", "*", "\U0001f680"])
@pytest.mark.parametrize("down", [False, True])
def test_a_search_text_without_a_word_finds_nothing_instead_of_everything(
    client: TestClient, marketplace: FakeMarketplace, text: str, down: bool
) -> None:
    publish_all(marketplace)
    marketplace.catalog.down = down
    answer = client.get("/api/v1/agents", params={"q": text})
    assert answer.status_code == 200
    assert (answer.json()["items"], answer.json()["total"]) == ([], 0)


def test_a_query_of_bytes_that_are_no_text_is_refused(client: TestClient) -> None:
    answer = client.get("/api/v1/agents?q=%ff%fe")
    assert (answer.status_code, answer.json()["errors"][0]["location"]) == (422, "query")


def test_lists_come_from_the_database_while_search_is_down_and_say_so(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    publish_all(marketplace)
    marketplace.catalog.down = True
    answer = client.get("/api/v1/agents", params={"q": "prices", "sort": "quality"})
    assert [item["slug"] for item in answer.json()["items"]] == ["price-watch"]
    assert answer.json()["degraded"] is True
    assert answer.headers["x-mam-degraded"] == "search"
    assert client.get("/api/v1/categories").json()["degraded"] is True


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
    detail = marketplace.publish()
    row = marketplace.agents.rows["price-watch"]
    assert row.summary is not None
    marketplace.agents.rows["price-watch"] = row.model_copy(
        update={"summary": row.summary.model_copy(update={"runs": 77})}
    )
    shown = client.get("/api/v1/agents/price-watch").json()
    assert shown["runs"] == 77
    assert shown["evidence"]["opportunity"]["title"] == "Prices"
    assert shown["certificate"] == detail.certificate
    assert client.get("/api/v1/agents/price-watch/certificate").json() == detail.certificate


def test_what_is_not_published_is_not_found(client: TestClient, marketplace: FakeMarketplace) -> None:
    marketplace.agents.reserve("only-reserved", "opp_1")
    for slug in ("only-reserved", "nothing", "NOT A SLUG", "x" * 3000):
        answer = client.get(f"/api/v1/agents/{slug}")
        assert answer.status_code == 404
        assert answer.json()["type"] == "agent-not-found"


def test_an_agent_taken_off_the_shelf_is_gone(client: TestClient, marketplace: FakeMarketplace) -> None:
    marketplace.publish()
    row = marketplace.agents.rows["price-watch"]
    marketplace.agents.rows["price-watch"] = row.model_copy(update={"status": "rejected"})
    assert client.get("/api/v1/agents/price-watch").status_code == 410


def test_health_shows_every_dependency(client: TestClient, marketplace: FakeMarketplace) -> None:
    answer = client.get("/api/v1/health")
    assert answer.status_code == 200
    assert set(answer.json()["dependencies"]) == {"database", "artifacts", "run_queue", "search"}
    marketplace.catalog.down = True
    degraded = client.get("/api/v1/health")
    assert (degraded.status_code, degraded.json()["status"]) == (200, "degraded")
    marketplace.artifacts.ping = lambda: 1 / 0  # pyright: ignore
    down = client.get("/api/v1/health")
    assert (down.status_code, down.json()["dependencies"]["artifacts"]["reason"]) == (503, "ZeroDivisionError")
