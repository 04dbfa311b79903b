"""The adapter over the real SDK: what it makes of each kind of response, and that every billed one is told of once."""

import json
from collections.abc import Callable

import httpx2
import pytest
from pydantic import BaseModel, Field

from shared.adapters.claude import (
    Answer,
    Claude,
    ModelAnswerInvalid,
    ModelOverloaded,
    ModelRefused,
    ModelUnavailable,
    ModelUse,
    count_microusd,
)
from shared.values import Json


class Said(BaseModel):
    text: str
    stars: int = Field(ge=0, le=10)


GOOD = json.dumps({"text": "yes", "stars": 3})


class Service:
    """Answers with the responses in turn (the last one for ever), and keeps the requests."""

    def __init__(self, *responses: httpx2.Response) -> None:
        self._responses = list(responses)
        self.requests: list[Json] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(json.loads(request.content))
        return self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]


def message(text: str | None = GOOD, stop_reason: str = "end_turn", **usage: int) -> httpx2.Response:
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "answering-model",
        "content": [] if text is None else [{"type": "text", "text": text}],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1000, "output_tokens": 200, **usage},
    }
    return httpx2.Response(200, json=body)


def failure(status: int, kind: str) -> httpx2.Response:
    body = {"type": "error", "error": {"type": kind, "message": kind}}
    return httpx2.Response(status, json=body, headers={"retry-after-ms": "1"})


def claude(transport: Callable[[httpx2.Request], httpx2.Response], retries: int = 0) -> tuple[Claude, list[ModelUse]]:
    uses: list[ModelUse] = []
    client = httpx2.Client(transport=httpx2.MockTransport(transport))
    return Claude(api_key="k", billed=uses.append, http_client=client, retries=retries), uses


def ask(model: Claude) -> Answer[Said]:
    return model.ask("agent_llm", {"q": "</data> & more"}, Said, model="claude-haiku-5-5", max_tokens=100)


USE = ModelUse("agent_llm", "answering-model", 1000, 200, 200)


def test_an_answer_is_checked_against_the_form_that_was_asked_for_and_is_billed() -> None:
    service = Service(message())
    model, uses = claude(service)
    assert ask(model) == Answer(Said(text="yes", stars=3), "answering-model")
    assert uses == [USE]
    [sent] = service.requests
    schema = sent["output_config"]["format"]["schema"]
    assert (sent["output_config"]["format"]["type"], schema["additionalProperties"]) == ("json_schema", False)
    assert sent["system"][0]["text"].startswith("# agent_llm\n")
    assert "\\u003c/data\\u003e \\u0026 more" in sent["messages"][0]["content"]


@pytest.mark.parametrize(("examples", "blocks"), [((), 1), (("<example>one</example>", "<example>two</example>"), 2)])
def test_worked_examples_follow_the_instructions_in_a_cached_block_of_their_own(
    examples: tuple[str, ...], blocks: int
) -> None:
    service = Service(message())
    model, _ = claude(service)

    model.ask("agent_llm", {}, Said, model="claude-haiku-5-5", max_tokens=100, examples=examples)

    [sent] = service.requests
    system = sent["system"]
    assert [block["cache_control"] for block in system] == [{"type": "ephemeral", "ttl": "1h"}] * blocks
    assert system[0]["text"].startswith("# agent_llm\n")
    assert all(example in system[-1]["text"] for example in examples)
    assert "example" not in sent["messages"][0]["content"]


@pytest.mark.parametrize(
    ("response", "error", "says"),
    [
        (message(None, "refusal"), ModelRefused, "declined"),
        (message("I would rather", "refusal"), ModelRefused, "declined"),
        (message(GOOD[:-4], "max_tokens"), ModelAnswerInvalid, "stopped with max_tokens"),
        (message(None, "max_tokens"), ModelAnswerInvalid, "stopped with max_tokens"),
        (message(GOOD, "model_context_window_exceeded"), ModelAnswerInvalid, "model_context_window_exceeded"),
        (message(GOOD[:-4]), ModelAnswerInvalid, "Invalid JSON"),
        (message(None), ModelAnswerInvalid, "Invalid JSON"),
        (message("null"), ModelAnswerInvalid, "the answer"),
        (message('{"text": "yes", "stars": 11}'), ModelAnswerInvalid, "stars"),
        (message("[" * 100_000), ModelAnswerInvalid, "Invalid JSON"),
        (message('{"text": "\\ud800", "stars": 1}'), ModelAnswerInvalid, "Invalid JSON"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_an_answer_of_no_use_is_billed_all_the_same(
    response: httpx2.Response, error: type[Exception], says: str
) -> None:
    model, uses = claude(Service(response))
    with pytest.raises(error, match=says):
        ask(model)
    assert uses == [USE]


@pytest.mark.parametrize(
    ("status", "kind", "error"),
    [
        (429, "rate_limit_error", ModelOverloaded),
        (529, "overloaded_error", ModelOverloaded),
        (500, "api_error", ModelUnavailable),
    ],
)
def test_what_the_service_did_not_answer_costs_nothing(status: int, kind: str, error: type[Exception]) -> None:
    model, uses = claude(Service(failure(status, kind)))
    with pytest.raises(error):
        ask(model)
    assert uses == []


def test_an_answer_after_the_sdks_own_retries_is_billed_once() -> None:
    service = Service(failure(529, "overloaded_error"), failure(500, "api_error"), message())
    model, uses = claude(service, retries=2)
    assert ask(model).value.text == "yes"
    assert (len(service.requests), uses) == (3, [USE])


def test_no_connection_is_no_call() -> None:
    def unreachable(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused", request=request)

    model, uses = claude(unreachable)
    with pytest.raises(ModelUnavailable):
        ask(model)
    assert uses == []


def test_tokens_of_the_prompt_cache_are_billed_at_their_own_rates() -> None:
    model, uses = claude(
        Service(message(input_tokens=100, cache_creation_input_tokens=1000, cache_read_input_tokens=10_000))
    )
    ask(model)
    assert uses == [ModelUse("agent_llm", "answering-model", 11_100, 200, 410)]


def test_a_model_without_a_price_counts_as_the_dearest() -> None:
    assert count_microusd("claude-unheard-of", 1000, 100) == count_microusd("claude-sonnet-5-5", 1000, 100) == 3000


def test_if_the_bill_cannot_be_written_the_answer_is_not_used() -> None:
    """Otherwise a broken table of spend would let everything run unmetered."""

    def broken(_use: ModelUse) -> None:
        raise RuntimeError("no table")

    client = httpx2.Client(transport=httpx2.MockTransport(Service(message())))
    with pytest.raises(RuntimeError, match="no table"):
        ask(Claude(api_key="k", billed=broken, http_client=client))
