import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from shared.runs.performed_effects import ModelFailed
from shared.runs.tasks import TaskNotReady, TaskRefused
from shared.specs.effects import EffectKind, Failed, RunError
from tests.fakes.agent_specs import a_spec, an_example
from tests.fakes.crashes import Crashes
from tests.fakes.marketplace import FakeMarketplace
from tests.fakes.runs import FakeRunQueue


@pytest.fixture
def good_input(marketplace: FakeMarketplace) -> dict[str, Any]:
    marketplace.publish()
    example = an_example(1).input
    marketplace.pages.pages = {example["page"]: "<h1>Prices</h1>"}
    return example


def start(client: TestClient, run_input: Any) -> Any:
    return client.post("/api/v1/agents/price-watch/demo", json={"input": run_input})


def test_a_demo_answers_with_output_and_with_what_the_agent_asked_for(
    client: TestClient, good_input: dict[str, Any]
) -> None:
    answer = start(client, good_input)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["status"] == "succeeded"
    assert shown["output"]["summary"] == "an answer"
    assert [effect["id"] for effect in shown["effects"]] == [1, 2, 3, 4, 5]
    assert {effect["kind"] for effect in shown["effects"]} == {"fetch", "recall", "llm", "remember", "now"}
    assert shown["memory"] == {"last": "<h1>Prices</h1>"}
    assert shown["models"] == ["fake-model"]


def test_a_run_may_what_its_listing_says_even_if_the_image_declares_more(
    client: TestClient, marketplace: FakeMarketplace
) -> None:
    """The task's own spec.json declares every effect; the listing is what the examination left of them."""
    declared = a_spec().capabilities
    kept = tuple(kind for kind in declared.effects if kind is not EffectKind.LLM)
    marketplace.publish(spec=a_spec(capabilities=declared.model_copy(update={"effects": kept})))
    example = an_example(1).input
    marketplace.pages.pages = {example["page"]: "<h1>Prices</h1>"}
    shown = start(client, example).json()
    assert shown["status"] == "succeeded"
    assert shown["output"]["summary"] == "Nothing can be said about the page."
    assert shown["models"] == []
    assert EffectKind.LLM not in {effect.kind for effect in marketplace.carried_out}


def test_every_effect_is_written_down_before_it_is_performed(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    token = start(client, good_input).json()["token"]
    recorded = [record.effect for record in marketplace.runs.rows[token].recorded]
    assert recorded
    assert marketplace.runs.intended[token] == recorded


def test_the_demo_can_be_looked_at_later(client: TestClient, good_input: dict[str, Any]) -> None:
    started = start(client, good_input).json()
    assert client.get(f"/api/v1/demos/{started['token']}").json() == started


def test_a_demo_that_does_not_start_soon_is_answered_with_where_to_look(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    marketplace.queue = FakeRunQueue()
    waiting = marketplace.queue
    client_queue(marketplace, waiting)
    answer = start(client, good_input)
    assert answer.status_code == 202
    assert answer.json()["status"] == "queued"
    assert int(answer.headers["retry-after"]) > 0
    where = answer.headers["location"]
    assert client.get(where).json()["status"] == "queued"
    marketplace.work(waiting.sent[0])
    assert client.get(where).json()["status"] == "succeeded"


def test_a_demo_that_began_before_its_agent_was_withdrawn_ends_as_any_other(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    waiting = FakeRunQueue()
    client_queue(marketplace, waiting)
    token = start(client, good_input).json()["token"]
    marketplace.agents.withdraw("price-watch", "a complaint")
    marketplace.work(token)
    assert client.get(f"/api/v1/demos/{token}").json()["status"] == "succeeded"
    refused = start(client, good_input)
    assert (refused.status_code, refused.json()["type"]) == (410, "agent-withdrawn")


def client_queue(marketplace: FakeMarketplace, queue: FakeRunQueue) -> None:
    from shared.runtime import wiring

    wiring.runs.run_queue = lambda: queue  # pyright: ignore


def test_a_demo_whose_message_was_lost_is_queued_again_by_who_asks_for_it(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    lost = FakeRunQueue()
    client_queue(marketplace, lost)
    where = start(client, good_input).headers["location"]
    client.get(where)
    assert len(lost.sent) == 1
    marketplace.now += 60
    client.get(where)
    client.get(where)
    assert len(lost.sent) == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"page": "ftp://x"}, "input.page"),
        ({"topic": 7}, "input.topic"),
        ({"tone": "loud"}, "input.tone"),
        ({"limit": 11}, "input.limit"),
        ({"notes": []}, "input.notes"),
        ({"notes": ["ok", 3]}, "input.notes.1"),
        ({"surprise": 1}, "input.surprise"),
        ({"topic": None}, "input.topic"),
    ],
)
def test_wrong_input_is_refused_by_the_name_of_the_field_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    for _ in range(5):
        answer = start(client, {**good_input, **change})
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in answer.json()["errors"]] == [field]
        assert field in answer.json()["detail"]
    assert not marketplace.runs.rows


def test_a_missing_field_is_named(client: TestClient, good_input: dict[str, Any]) -> None:
    del good_input["topic"]
    assert start(client, good_input).json()["errors"][0] == {
        "field": "input.topic",
        "location": "body",
        "message": "is required",
    }


@pytest.mark.parametrize(
    "text",
    [
        b'{"input": {"topic": NaN}}',
        b'{"input": {"topic": "\\ud800"}}',
        b'{"input": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
        b'{"input": {"topic": "\xff"}}',
        b'{"input": {"topic": "one", "topic": "two"}}',
        b'{"input": {"limit": 1e999}}',
        b'{"input": {"limit": ' + b"9" * 1000 + b"}}",
    ],
    ids=lambda text: text[:40].decode(errors="replace"),
)
def test_what_is_not_plain_json_is_refused_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any], text: bytes
) -> None:
    answer = client.post("/api/v1/agents/price-watch/demo", content=text, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "invalid-json")
    assert answer.headers["content-type"] == "application/problem+json"
    assert not marketplace.runs.rows


@pytest.mark.parametrize("depth", [10, 60])
@pytest.mark.parametrize("field", ["topic", "notes", "surprise"])
def test_deep_values_are_refused_by_the_name_of_their_field(
    client: TestClient, good_input: dict[str, Any], depth: int, field: str
) -> None:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    answer = start(client, {**good_input, field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"].startswith(f"input.{field}")


def test_three_demos_an_hour_with_one_agent(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    assert [start(client, good_input).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = start(client, good_input)
    assert refused.json()["type"] == "rate"
    wait = int(refused.headers["retry-after"])
    assert 3590 <= wait <= 3600
    marketplace.now += wait + 1
    assert start(client, good_input).status_code == 200


def test_an_unknown_agent_is_a_404_that_counts_nothing(client: TestClient, marketplace: FakeMarketplace) -> None:
    answer = client.post("/api/v1/agents/no-such-agent/demo", json={"input": {}})
    assert answer.status_code == 404
    assert answer.json()["type"] == "agent-not-found"
    assert not marketplace.limits.starts


@pytest.mark.parametrize("token", ["short", "x" * 32, "x" * 400, "%2e%2e"])
def test_an_unknown_demo_is_a_404(client: TestClient, token: str) -> None:
    assert client.get(f"/api/v1/demos/{token}").status_code == 404


def test_unknown_fields_of_the_request_are_refused(client: TestClient, good_input: dict[str, Any]) -> None:
    answer = client.post("/api/v1/agents/price-watch/demo", json={"input": good_input, "extra": 1})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "extra"


def test_an_input_that_only_the_agent_finds_wrong_is_refused_by_its_field_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    class Picky:
        def call(self, *_: Any, **__: Any) -> Failed:
            return Failed(error=RunError(code="invalid_input", message="is not a page about prices", field="page"))

    marketplace.tasks.agent = Picky()
    for _ in range(5):
        answer = start(client, good_input)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "input.page"
        assert "ratelimit" not in answer.headers


def test_an_agent_that_breaks_is_a_bad_gateway_with_its_reason(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    class Broken:
        def call(self, *_: Any, **__: Any) -> Failed:
            return Failed(error=RunError(code="agent_error", message="the agent stopped with ValueError"))

    marketplace.tasks.agent = Broken()
    answer = start(client, good_input)
    assert (answer.status_code, answer.json()["type"], answer.json()["code"]) == (502, "agent-failed", "agent_error")
    assert '"demos-per-agent";r=2' in answer.headers["ratelimit"], "it was counted"


def no_capacity(claim: int) -> None:
    raise TaskNotReady("RESOURCE:MEMORY")


def not_allowed(claim: int) -> None:
    raise TaskRefused("AccessDenied: role mam-runs")


@pytest.mark.parametrize("starting", [no_capacity, not_allowed])
def test_a_demo_that_the_platform_could_not_run_is_unavailable_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any], starting: Any
) -> None:
    marketplace.tasks.starting = starting
    for _ in range(5):
        answer = start(client, good_input)
        failed = answer.json()
        assert (answer.status_code, failed["type"], failed["code"]) == (503, "platform-failed", "no_task")
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) == failed["retry_after"] > 0
        assert "ratelimit" not in answer.headers
        assert "mam-runs" not in answer.text
        again = client.get(f"/api/v1/demos/{failed['token']}")
        assert again.headers["retry-after"] == answer.headers["retry-after"]
        assert (again.json()["error"]["code"], again.json()["fault"]) == ("no_task", "platform")
    assert not any(marketplace.limits.starts.values())


def test_a_demo_whose_agent_carried_on_without_the_model_shows_its_output_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    marketplace.model.value = ModelFailed("model_unavailable", "spent")
    answer = start(client, good_input)
    assert (answer.status_code, answer.json()["status"]) == (200, "succeeded")
    assert "ratelimit" not in answer.headers
    assert not any(marketplace.limits.starts.values())


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("part", ["limits", "runs", "queue"])
def test_a_store_or_a_queue_that_fails_is_the_platforms_fault_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any], part: str, late: bool
) -> None:
    marketplace.queue = FakeRunQueue()
    client_queue(marketplace, marketplace.queue)
    failing = Crashes(1, late=late)
    if part == "queue":
        marketplace.queue.sending = failing
    else:
        getattr(marketplace, part).writing = failing
    answer = start(client, good_input)
    failed = answer.json()
    assert (answer.status_code, failed["type"], failed["code"]) == (503, "platform-failed", "not_queued")
    assert not any(marketplace.limits.starts.values())
    assert ("token" in failed) is (part == "queue")
    if part == "queue":
        shown = client.get(f"/api/v1/demos/{failed['token']}").json()
        assert (shown["status"], shown["error"]["code"]) == ("failed", "not_queued")
        marketplace.work(failed["token"])
        assert not marketplace.carried_out, "a message that arrived after all performs nothing"


def test_a_start_that_cannot_be_undone_still_gets_its_answer(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    marketplace.limits.writing = lambda name: Crashes(1)(name)
    answer = start(client, good_input)
    assert (answer.status_code, answer.json()["type"]) == (503, "platform-failed")


def test_a_demo_that_nobody_ended_in_time_has_failed_by_the_platform_and_costs_nothing(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    client_queue(marketplace, FakeRunQueue())
    where = start(client, good_input).headers["location"]
    assert any(marketplace.limits.starts.values())
    marketplace.now += 301
    for _ in range(2):
        shown = client.get(where)
        assert (shown.json()["status"], shown.json()["fault"]) == ("failed", "platform")
        assert shown.headers["retry-after"]
        assert not any(marketplace.limits.starts.values())


def test_every_counted_start_says_what_is_left_and_the_refused_one_when_to_come_back(
    client: TestClient, marketplace: FakeMarketplace, good_input: dict[str, Any]
) -> None:
    counted = [start(client, good_input) for _ in range(3)]
    for number, answer in enumerate(counted, 1):
        assert answer.headers["ratelimit-policy"] == '"demos-per-agent";q=3;w=3600, "demos";q=20;w=3600'
        left = re.findall(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.headers["ratelimit"])
        assert [(name, int(remaining)) for name, remaining, _ in left] == [
            ("demos-per-agent", 3 - number),
            ("demos", 20 - number),
        ]
    refused = start(client, good_input)
    assert refused.status_code == 429
    wait = int(refused.headers["retry-after"])
    assert f'"demos-per-agent";r=0;t={wait}' in refused.headers["ratelimit"]
    assert refused.headers["ratelimit-policy"] == counted[0].headers["ratelimit-policy"]
    marketplace.now += wait
    assert start(client, good_input).status_code == 200


def test_an_answer_that_was_not_counted_says_nothing_of_limits(client: TestClient, good_input: dict[str, Any]) -> None:
    for answer in (start(client, {**good_input, "surprise": 1}), client.get("/api/v1/agents")):
        assert "ratelimit" not in answer.headers
