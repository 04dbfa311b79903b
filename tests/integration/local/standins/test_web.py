from pathlib import Path

import pytest
from starlette.testclient import TestClient

from local.standins.web.app import create_app
from local.standins.web.pages import PAGES

README = Path(__file__).parents[4] / "local" / "standins" / "web" / "README.md"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    return TestClient(create_app(tmp_path))


def get(client: TestClient, address: str) -> str:
    host, _, path = address.removeprefix("http://").partition("/")
    answer = client.get(f"/{path}", headers={"host": host})
    assert answer.status_code == 200, address
    return answer.text


@pytest.mark.parametrize("page", PAGES)
def test_every_page_answers_on_many_visits(client: TestClient, page: str) -> None:
    assert all(get(client, f"http://{page}") for _ in range(40))


@pytest.mark.parametrize(
    ("page", "every"),
    [
        ("pricing.test/plans.json", 3),
        ("competitor.test/pricing", 2),
        ("competitor.test/changelog", 2),
        ("news.test/", 3),
        ("jobs.test/openings.json", 2),
        ("regulator.test/rules/price-indication", 5),
        ("reviews.test/acme-roasters", 2),
    ],
)
def test_a_page_changes_as_often_as_it_says(client: TestClient, page: str, every: int) -> None:
    visits = [get(client, f"http://{page}") for _ in range(2 * every)]
    assert len(set(visits[:every])) == 1
    assert len(set(visits)) == 2


def test_the_documented_pages_exist(client: TestClient) -> None:
    documented = {line.split("`")[1] for line in README.read_text().splitlines() if line.startswith("| `http://")}
    assert documented
    for address in documented:
        get(client, address)


def test_visits_are_kept_over_a_restart(tmp_path: Path) -> None:
    before = [get(TestClient(create_app(tmp_path)), "http://pricing.test/plans.json") for _ in range(4)]
    assert before[0] == before[2] != before[3]


def test_a_page_can_be_set_and_unset(client: TestClient) -> None:
    wanted = {"url": "http://pricing.test/plans", "body": "closed", "status": 200}
    assert client.put("/_standin/pages", json=wanted).status_code == 200
    assert get(client, "http://pricing.test/plans") == "closed"
    client.delete("/_standin/pages")
    assert "Plans and prices" in get(client, "http://pricing.test/plans")


def test_what_a_page_shows_next_can_be_chosen(client: TestClient) -> None:
    first = get(client, "http://pricing.test/plans")
    client.put("/_standin/visits", json={"url": "http://pricing.test/plans", "visits": 3})
    assert get(client, "http://pricing.test/plans") != first
    assert client.put("/_standin/visits", json={"url": "http://nowhere.test/", "visits": 3}).status_code == 400


def test_other_hosts_do_not_exist(client: TestClient) -> None:
    for host in ("example.com", "127.0.0.1", "unknown.test"):
        assert client.get("/", headers={"host": host}).status_code == 404
