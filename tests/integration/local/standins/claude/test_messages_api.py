"""The stand-in through the real SDK: what the platform's adapter would see of the real service."""

from pathlib import Path
from typing import Any

import anthropic
import httpx2
import pytest
from pydantic import BaseModel

from local.standins.claude.app import MODEL
from shared.adapters.claude import (
    ModelAnswerInvalid,
    ModelOverloaded,
    ModelRefused,
    ModelUnavailable,
    ModelUse,
    read_prompt,
)
from tests.fakes.offline_claude import OfflineClaude


class Said(BaseModel):
    text: str


ASKED = {"instruction": "Summarise.", "data": ["Sales fell in March.", "Sales rose in May."], "schema": None}
HEADERS = {"x-api-key": "k", "anthropic-version": "2026-10-21"}


@pytest.fixture
def uses() -> list[ModelUse]:
    return []


@pytest.fixture
def claude(tmp_path: Path, uses: list[ModelUse]) -> OfflineClaude:
    return OfflineClaude(tmp_path, billed=uses.append)


def ask(claude: OfflineClaude, **more: Any) -> Any:
    return claude.ask(
        "agent_llm", ASKED, Said, model="claude-haiku-5-5", max_tokens=more.pop("max_tokens", 500), **more
    )


def request(**changes: Any) -> dict[str, Any]:
    schema = {
        "type": "object",
        "properties": {"text": {"type": "string"}},
        "required": ["text"],
        "additionalProperties": False,
    }
    return {
        "model": "claude-haiku-5-5",
        "max_tokens": 100,
        "system": "# agent_llm\nrules",
        "messages": [{"role": "user", "content": '<data>\n{"instruction": "x", "data": "y", "schema": null}\n</data>'}],
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
        **changes,
    }


def test_an_answer_names_the_offline_model_and_counts_tokens(claude: OfflineClaude, uses: list[ModelUse]) -> None:
    answer = ask(claude)

    assert answer.model == MODEL == "mam-offline-rules-1"
    assert answer.value.text == "Sales fell in March. Sales rose in May."
    [use] = uses
    assert use.input_tokens > len(read_prompt("agent_llm")) / 4
    assert 0 < use.output_tokens < 40
    assert ask(claude).value == answer.value


@pytest.mark.parametrize(
    ("mode", "error", "billed"),
    [("refuse", ModelRefused, 2), ("invalid_json", ModelAnswerInvalid, 2), ("overloaded", ModelOverloaded, 0)],
)
def test_each_mode_is_seen_and_billed_as_what_it_means_and_ends_when_it_is_used_up(
    claude: OfflineClaude, uses: list[ModelUse], mode: str, error: type[Exception], billed: int
) -> None:
    claude.mode(mode, times=2)

    for _ in range(2):
        with pytest.raises(error):
            ask(claude)
    assert len(uses) == billed
    assert ask(claude).value.text
    assert claude.admin.get("/_standin/mode").json()["mode"] == "ok"


def test_a_mode_may_be_for_some_tasks_only(claude: OfflineClaude) -> None:
    claude.mode("refuse", tasks=["generate_spec"])

    assert ask(claude).value.text
    assert claude.admin.get("/_standin/mode").json()["tasks"] == ["generate_spec"]


def test_the_slow_mode_answers_late(claude: OfflineClaude) -> None:
    claude.mode("slow", seconds=0)

    assert ask(claude).value.text


def test_calls_are_counted_per_task(claude: OfflineClaude, tmp_path: Path) -> None:
    ask(claude)
    claude.mode("overloaded", times=1)
    with pytest.raises(ModelOverloaded):
        ask(claude)

    assert claude.admin.get("/_standin/calls").json() == {"agent_llm": 2}
    assert len((tmp_path / "claude-calls.jsonl").read_text().splitlines()) == 2


def test_an_unknown_mode_is_refused(claude: OfflineClaude) -> None:
    assert claude.admin.put("/_standin/mode", json={"mode": "tired"}).status_code == 422
    assert claude.admin.put("/_standin/mode", content=b"{").status_code == 422


def test_an_answer_longer_than_max_tokens_is_cut_off(claude: OfflineClaude, uses: list[ModelUse]) -> None:
    with pytest.raises(ModelAnswerInvalid, match="stopped with max_tokens"):
        ask(claude, max_tokens=3)
    assert [use.output_tokens for use in uses] == [3]
    message = claude.admin.post("/v1/messages", json=request(max_tokens=3), headers=HEADERS).json()
    assert (message["stop_reason"], message["usage"]["output_tokens"]) == ("max_tokens", 3)


def test_rules_that_break_the_requested_schema_say_so(claude: OfflineClaude) -> None:
    class Other(BaseModel):
        number: int

    with pytest.raises(ModelUnavailable):
        claude.ask("agent_llm", ASKED, Other, model="m", max_tokens=100)
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}},
        "required": ["n"],
        "additionalProperties": False,
    }
    form = {"format": {"type": "json_schema", "schema": schema}}
    answer = claude.admin.post("/v1/messages", json=request(output_config=form), headers=HEADERS)
    assert answer.status_code == 500
    assert "rules for 'agent_llm' broke the requested schema at $.n" in answer.json()["error"]["message"]


def test_rules_that_fail_say_so(claude: OfflineClaude) -> None:
    bad = request(system="# generate_spec\n")

    answer = claude.admin.post("/v1/messages", json=bad, headers=HEADERS)

    assert answer.status_code == 500
    assert answer.json()["error"]["message"] == "the offline rules for 'generate_spec' failed: KeyError: 'opportunity'"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"temperature": 0.5}, "temperature: Extra inputs are not permitted"),
        ({"top_p": 1}, "top_p: Extra inputs are not permitted"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"model": ""}, "model: Field required"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "system", "content": "x"}]}, "messages.0.role"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, "must end with a user message"),
        ({"messages": [{"role": "user", "content": " "}]}, "non-empty"),
        ({"messages": [{"role": "user", "content": [{"type": "image"}]}]}, "text blocks"),
        ({"messages": [{"role": "user", "content": "<data>[1]</data>"}]}, "one JSON object between"),
        ({"messages": [{"role": "user", "content": "hello"}]}, "one JSON object between"),
        ({"system": "You are helpful"}, "first line"),
        ({"system": "# no_such_task"}, "no rules for '# no_such_task'"),
        ({"system": "# ../../etc/passwd"}, "first line"),
        ({"stream": True}, "stream"),
        ({"output_config": {}}, "json_schema"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "additionalProperties"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "number", "minimum": 1}}}}, "minimum"),
    ],
)  # fmt: skip
def test_a_bad_request_gets_the_apis_own_error(claude: OfflineClaude, changes: dict[str, Any], said: str) -> None:
    answer = claude.admin.post("/v1/messages", json=request(**changes), headers=HEADERS)

    body = answer.json()
    assert (answer.status_code, body["type"], body["error"]["type"]) == (400, "error", "invalid_request_error")
    assert said in body["error"]["message"]
    assert answer.headers["request-id"] == body["request_id"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"[" * 100_000])
def test_a_body_that_is_no_request_is_a_bad_request(claude: OfflineClaude, body: bytes) -> None:
    answer = claude.admin.post("/v1/messages", content=body, headers=HEADERS)

    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")


def test_who_comes_without_a_key_or_a_version_is_turned_away(claude: OfflineClaude) -> None:
    without_key = claude.admin.post("/v1/messages", json=request(), headers={"anthropic-version": "2026-10-21"})
    without_version = claude.admin.post("/v1/messages", json=request(), headers={"x-api-key": "k"})

    assert (without_key.status_code, without_key.json()["error"]["type"]) == (401, "authentication_error")
    assert without_version.status_code == 400


def test_a_path_that_is_not_served_is_an_error_in_the_apis_shape(claude: OfflineClaude) -> None:
    answer = claude.admin.get("/v1/complete")

    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "not_found_error")


def test_the_sdk_knows_the_errors_by_their_classes(claude: OfflineClaude) -> None:
    client = anthropic.Anthropic(
        api_key="k",
        base_url="http://claude.test",
        max_retries=2,
        http_client=httpx2.Client(transport=httpx2.MockTransport(claude.pass_on)),
    )
    claude.mode("overloaded", times=1)

    message = client.messages.create(**request())
    assert (message.model, message.stop_reason) == (MODEL, "end_turn")
    with pytest.raises(anthropic.BadRequestError) as caught:
        client.messages.create(**request(), extra_body={"temperature": 1})
    assert caught.value.type == "invalid_request_error"
    assert caught.value.request_id
