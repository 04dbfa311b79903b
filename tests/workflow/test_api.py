"""The HTTP API as deployed: front door, gateway, functions, queue, tasks and stand-ins."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.embedded_cloud import EmbeddedCloud
from shared.adapters.catalogue_search import MAPPING_VERSION
from tests.workflow.factory_runs import publish_an_agent


@pytest.fixture(scope="module")
def agent(embedded_cloud: EmbeddedCloud) -> dict[str, Any]:
    """Any published agent, with its detail."""
    if not listed(embedded_cloud):
        scan = embedded_cloud.run_workflow("market-scan")
        assert scan.succeeded, scan.cause
        publish_an_agent(embedded_cloud)
    slug = eventually(lambda: listed(embedded_cloud))[0]["slug"]
    return embedded_cloud.request("GET", f"/api/v1/agents/{slug}").json()


def listed(cloud: EmbeddedCloud) -> list[dict[str, Any]]:
    return cloud.request("GET", "/api/v1/agents").json()["items"]


def eventually(found: Callable[[], Any], seconds: float = 20) -> Any:
    """The first answer that is not empty."""
    ends_at = time.monotonic() + seconds
    while not (answer := found()) and time.monotonic() < ends_at:
        time.sleep(0.2)
    assert answer, f"nothing within {seconds} s"
    return answer


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "slug"),
    [
        ("GET", "/nowhere", None, 404, "not-found"),
        ("DELETE", "/agents", None, 405, "method-not-allowed"),
        ("OPTIONS", "/agents", None, 405, "method-not-allowed"),
        ("PROPFIND", "/agents", None, 405, "method-not-allowed"),
        ("GET", "/agents/no-such-agent", None, 404, "agent-not-found"),
        ("GET", "/agents?page_size=101", None, 422, "validation"),
        ("POST", "/agents/no-such-agent/demo", b"{", 400, "invalid-json"),
        ("POST", "/agents/no-such-agent/demo", b'{"input": {"a": "\xff"}}', 400, "invalid-json"),
        ("POST", "/agents/no-such-agent/demo", b'{"input": {"a": 1, "a": 2}}', 400, "invalid-json"),
        ("GET", "/agents?q=%ff", None, 422, "validation"),
        ("POST", "/agents/no-such-agent/demo", b'{"input": {}}', 404, "agent-not-found"),
        ("POST", "/agents/no-such-agent/demo", b" " * 300_000, 413, "body-too-large"),
        ("GET", "/demos/unknown", None, 404, "demo-not-found"),
    ],
)
def test_errors_are_problem_documents(
    embedded_cloud: EmbeddedCloud, method: str, path: str, body: bytes | None, status: int, slug: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = embedded_cloud.request(method, f"/api/v1{path}", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == slug
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_head_and_conditional_reads_work_through_the_gateway(
    embedded_cloud: EmbeddedCloud, agent: dict[str, Any]
) -> None:
    for path in (f"/agents/{agent['slug']}", f"/agents/{agent['slug']}/certificate", "/openapi.json"):
        got = embedded_cloud.request("GET", f"/api/v1{path}")
        asked = embedded_cloud.request("HEAD", f"/api/v1{path}")
        assert (asked.status_code, asked.content) == (200, b"")
        for name in ("etag", "content-type", "content-length", "cache-control"):
            assert asked.headers[name] == got.headers[name], (path, name)
        known = embedded_cloud.request("GET", f"/api/v1{path}", headers={"if-none-match": got.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    refused = embedded_cloud.request("DELETE", "/api/v1/agents")
    assert refused.headers["allow"] == "GET, HEAD"


def test_every_dependency_is_well(embedded_cloud: EmbeddedCloud, agent: dict[str, Any]) -> None:
    answer = embedded_cloud.request("GET", "/api/v1/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok"), answer.text


def test_an_agent_is_found_by_its_category_its_tags_and_its_name(
    embedded_cloud: EmbeddedCloud, agent: dict[str, Any]
) -> None:
    for query in (f"category={agent['category']}", f"tag={agent['tags'][0]}", f"q={agent['name'].split()[0]}"):
        found = embedded_cloud.request("GET", f"/api/v1/agents?{query}").json()
        assert agent["slug"] in {item["slug"] for item in found["items"]}
        assert found["degraded"] is False
    counts = embedded_cloud.request("GET", "/api/v1/categories").json()["items"]
    assert next(item["agents"] for item in counts if item["category"] == agent["category"]) >= 1


def test_wrong_input_is_named_and_costs_nothing_and_racing_demos_get_exactly_three(
    embedded_cloud: EmbeddedCloud, agent: dict[str, Any]
) -> None:
    path, example = f"/api/v1/agents/{agent['slug']}/demo", agent["examples"][0]["input"]
    for _ in range(5):
        wrong = embedded_cloud.request("POST", path, json={"input": {**example, "surprise": 1}})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "input.surprise")
    embedded_cloud.aws("dynamodb").delete_item(TableName="mam-meters", Key={"key": {"S": "demo#127.0.0.1"}})
    with ThreadPoolExecutor(8) as racing:
        answers = list(racing.map(lambda _: embedded_cloud.request("POST", path, json={"input": example}), range(10)))
    assert sorted(answer.status_code for answer in answers)[3:] == [429] * 7
    assert all(answer.status_code in {200, 202} for answer in answers if answer.status_code != 429)
    assert all(0 < int(answer.headers["retry-after"]) <= 3600 for answer in answers if answer.status_code == 429)
    assert all('"demos-per-agent";r=' in answer.headers["ratelimit"] for answer in answers)


def test_lists_survive_the_loss_of_the_index_and_the_index_comes_back(
    embedded_cloud: EmbeddedCloud, agent: dict[str, Any]
) -> None:
    assert (
        embedded_cloud.command(embedded_cloud.ports.search, "DELETE", f"/agents-{MAPPING_VERSION}").status_code == 200
    )
    degraded = eventually(lambda: [found for found in [newest(embedded_cloud)] if found["degraded"]])[0]
    assert agent["slug"] in {item["slug"] for item in degraded["items"]}
    touch(embedded_cloud, agent["slug"])
    healed = eventually(lambda: [found for found in [newest(embedded_cloud)] if not found["degraded"]], 60)[0]
    assert {item["slug"] for item in healed["items"]} == {item["slug"] for item in degraded["items"]}


def newest(cloud: EmbeddedCloud) -> dict[str, Any]:
    return cloud.request("GET", "/api/v1/agents?sort=recent&page_size=100").json()


def touch(cloud: EmbeddedCloud, slug: str) -> None:
    """A change of the row, as any figure's would be."""
    cloud.aws("dynamodb").update_item(
        TableName="mam-agents",
        Key={"slug": {"S": slug}},
        UpdateExpression="SET revision = if_not_exists(revision, :none) + :one",
        ExpressionAttributeValues={":none": {"N": "0"}, ":one": {"N": "1"}},
    )
