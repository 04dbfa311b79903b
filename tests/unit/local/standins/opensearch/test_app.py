"""What the stand-in refuses, and what it keeps: the rest is in the suite it shares with a real OpenSearch."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from local.standins.opensearch.app import create_app
from shared.adapters.catalogue_search import MAPPING, SETTINGS

BODY = {"mappings": MAPPING, "settings": SETTINGS, "aliases": {"agents": {}}}


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    found = TestClient(create_app(tmp_path))
    assert found.put("/agents-1", json=BODY).status_code == 200
    return found


@pytest.mark.parametrize(
    "query",
    [
        {"query": {"match": {"slug": "x"}}},
        {"query": {"query_string": {"query": "*"}}},
        {"query": {"script": {"script": "1"}}},
        {"query": {"bool": {"must": [{"match_all": {}}]}}},
        {"query": {"bool": {"should": [{"match_all": {}}], "minimum_should_match": "75%"}}},
        {"query": {"term": {"slug": {"value": "x", "boost": 2}}}},
        {"query": {"terms": {"slug": "x"}}},
        {"query": {"terms": {"slug": ["x"], "boost": 2}}},
        {"query": {"dis_max": {"queries": [], "tie_breaker": 0.5}}},
        {"query": {"dis_max": {"queries": [], "boost": 2}}},
        {"query": {"constant_score": {"filter": {"match_all": {}}, "name": "x"}}},
        {"query": {"range": {"price_cents": {"from": 1}}}},
        {"query": {"multi_match": {"query": "x", "fields": ["slug"]}}},
        {"query": {"fuzzy": {"slug": "x"}}},
        {"query": {"match_all": {}, "term": {"slug": "x"}}},
        {"aggs": {"a": {"avg": {"field": "quality"}}}},
        {"highlight": {}},
        {"sort": "quality"},
        {"_source": ["slug"]},
    ],
)
def test_what_the_product_does_not_use_is_refused_in_the_services_words(
    client: TestClient, query: dict[str, Any]
) -> None:
    answer = client.post("/agents/_search", json=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["root_cause"][0]["type"] == "parsing_exception"


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/_bulk"), ("GET", "/_cat/indices"), ("POST", "/agents-1/_update/x"), ("GET", "/_sql")],
)
def test_other_parts_of_the_api_are_refused(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    assert answer.status_code in (400, 404, 405)
    assert answer.json()["error"]["type"] in ("parsing_exception", "index_not_found_exception")


def test_an_analysis_is_refused(client: TestClient) -> None:
    settings = {"analysis": {"analyzer": {"default": {"type": "english"}}}}
    assert client.put("/other", json={"mappings": MAPPING, "settings": settings}).status_code == 400


@pytest.mark.parametrize("field", [{"type": "text"}, {"type": "keyword", "index": False}, {"type": "geo_point"}])
def test_another_kind_of_field_is_refused(client: TestClient, field: dict[str, Any]) -> None:
    mappings = {"dynamic": "strict", "properties": {"slug": field}}
    assert client.put("/other", json={"mappings": mappings}).status_code == 400


def test_everything_is_there_after_a_restart(client: TestClient, tmp_path: Path) -> None:
    document = {"slug": "a", "listed": True, "name": "Price watch", "price_cents": 5}
    client.put("/agents-1/_doc/a?version=7&version_type=external", json=document)
    again = TestClient(create_app(tmp_path))
    assert again.get("/agents/_doc/a").json()["_version"] == 7
    assert again.post("/agents/_search", json={}).json()["hits"]["total"]["value"] == 1
    older = again.put("/agents-1/_doc/a?version=6&version_type=external", json=document)
    assert older.json()["error"]["type"] == "version_conflict_engine_exception"


def test_a_journal_that_was_cut_short_is_read_to_there(client: TestClient, tmp_path: Path) -> None:
    client.put("/agents-1/_doc/a", json={"slug": "a"})
    with (tmp_path / "opensearch.jsonl").open("a") as journal:
        journal.write('{"do": "write", "index": "agents-1", "id": "b", "sour')
    again = TestClient(create_app(tmp_path))
    assert again.post("/agents/_count", json={}).json()["count"] == 1
    again.put("/agents-1/_doc/c", json={"slug": "c"})
    assert TestClient(create_app(tmp_path)).post("/agents/_count", json={}).json()["count"] == 2


OTHER_LINES = [
    '{"do": "format", "format": 99}',
    '{"did": "create"}',
    '{"do": "create", "index": "agents-0"}',
    '{"do": "create", "index": "agents-0", "mappings": {"properties": {"name": {"type": "text"}}}, "settings": {}}',
    '{"do": "write", "index": "never-made", "id": "a", "version": 1, "source": {}}',
    '{"do": "write", "index": "agents-1", "id": "a"}',
    '{"do": "aliases", "aliases": ["agents"]}',
    '{"do": "rename", "index": "agents-1"}',
    '["a list"]',
]


@pytest.mark.parametrize("line", OTHER_LINES)
def test_a_journal_of_another_version_is_kept_aside_and_keeps_nothing_from_starting(
    client: TestClient, tmp_path: Path, line: str
) -> None:
    journal = tmp_path / "opensearch.jsonl"
    written = journal.read_text() + line + "\n"
    journal.write_text(written)
    again = TestClient(create_app(tmp_path))
    assert again.get("/agents-1").status_code == 404
    assert journal.with_suffix(".other-version").read_text() == written
    assert again.put("/agents-1", json=BODY).status_code == 200
    assert TestClient(create_app(tmp_path)).get("/agents").status_code == 200


def test_a_document_with_a_line_separator_is_one_document(client: TestClient, tmp_path: Path) -> None:
    assert client.put("/agents-1/_doc/a", json={"slug": "one\u2028two\x85"}).status_code == 201
    assert client.put("/agents-1/_doc/b", json={"slug": "b"}).status_code == 201
    again = TestClient(create_app(tmp_path))
    assert again.get("/agents/_doc/a").json()["_source"] == {"slug": "one\u2028two\x85"}
    assert again.get("/agents/_doc/b").status_code == 200
