"""Claude: one question with a structured answer. Only this module imports `anthropic`, which takes most of a second:
functions that ask the model load it in INIT, others never.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any, Generic, TypeVar

import anthropic
from anthropic.types import Message, TextBlockParam
from pydantic import BaseModel, ValidationError

A = TypeVar("A", bound=BaseModel)

REQUEST_TIMEOUT_SECONDS = 120.0
SDK_RETRIES = 2

PRICES_MICROUSD_PER_TOKEN: dict[str, tuple[float, float]] = {
    "claude-haiku-5-5": (0.10, 0.50),
    "claude-sonnet-5-5": (2.0, 10.0),
}
"""(input, output): US dollars per million tokens, which is micro-dollars per token."""

CACHE_WRITE_FACTOR = 2.0
CACHE_READ_FACTOR = 0.1
"""The price factor of input tokens that are written to the prompt cache for an hour, and of those read from it."""


class ModelRefused(Exception):
    """The model declined to answer. Asking again with the same text will not help."""


class ModelAnswerInvalid(Exception):
    """The answer does not fit the required schema, or was cut off."""


class ModelOverloaded(Exception):
    """429 or 529 after the SDK's own retries. Worth another try later."""


class ModelUnavailable(Exception):
    """5xx, time-out or no connection after the SDK's own retries. Worth another try later."""


@dataclass(frozen=True)
class ModelUse:
    """A call that the vendor bills, whether or not its answer was usable: its prompt, its model, its tokens and its
    cost.

    `input_tokens` includes the tokens of the prompt cache.
    """

    prompt: str
    model: str
    input_tokens: int
    output_tokens: int
    cost_microusd: int


@dataclass(frozen=True)
class Answer(Generic[A]):
    """`model` is the name in the response, not the requested one: the offline stand-in gives its own name there."""

    value: A
    model: str


class Claude:
    def __init__(
        self,
        *,
        api_key: str,
        billed: Callable[[ModelUse], None],
        base_url: str | None = None,
        http_client: Any = None,
        timeout: float = REQUEST_TIMEOUT_SECONDS,
        retries: int = SDK_RETRIES,
    ):
        """Each attempt takes at most `timeout` seconds, and `retries` more attempts follow. Choose less of both if a
        person waits.

        `billed` is called exactly once for every response, before its answer is read. If several threads ask, it is
        called from several threads.
        """
        self._api_key = api_key
        self._billed = billed
        self._base_url = base_url
        self._http_client = http_client
        self._timeout = timeout
        self._retries = retries

    @cached_property
    def _client(self) -> anthropic.Anthropic:
        return anthropic.Anthropic(
            api_key=self._api_key,
            base_url=self._base_url,
            timeout=self._timeout,
            max_retries=self._retries,
            http_client=self._http_client,
        )

    def ask(
        self,
        prompt: str,
        data: Mapping[str, object],
        answer: type[A],
        *,
        model: str,
        max_tokens: int,
        examples: Sequence[str] = (),
    ) -> Answer[A]:
        """Ask with `shared/prompts/<prompt>.md` as the instructions and `data` as the marked, untrusted material.

        `examples` are our own worked examples, which follow the instructions. They never hold a stranger's words.
        The answer is read here, because the SDK's `parse` raises an error for an invalid answer and so hides its cost.
        """
        response = self._send(_write_system(prompt, examples), prompt, data, answer, model, max_tokens)
        self._billed(_use(prompt, model, response))
        if response.stop_reason == "refusal":
            raise ModelRefused(f"{prompt}: the model declined to answer")
        if response.stop_reason != "end_turn":
            raise ModelAnswerInvalid(f"{prompt}: stopped with {response.stop_reason}")
        text = "".join(block.text for block in response.content if block.type == "text")
        try:
            return Answer(answer.model_validate_json(text), response.model)
        except ValidationError as error:
            raise ModelAnswerInvalid(f"{prompt}: {_shorten(error)}") from error

    def _send(
        self,
        system: list[TextBlockParam],
        prompt: str,
        data: Mapping[str, object],
        answer: type[BaseModel],
        model: str,
        max_tokens: int,
    ) -> Message:
        try:
            return self._client.messages.create(
                model=model,
                max_tokens=max_tokens,
                system=system,
                messages=[{"role": "user", "content": mark_data(data)}],
                output_config={"format": {"type": "json_schema", "schema": anthropic.transform_schema(answer)}},
            )
        except (anthropic.RateLimitError, anthropic.OverloadedError) as error:
            raise ModelOverloaded(f"{prompt}: {error.status_code}") from error
        except (anthropic.InternalServerError, anthropic.APIConnectionError) as error:
            raise ModelUnavailable(f"{prompt}: {type(error).__name__}") from error


def _write_system(prompt: str, examples: Sequence[str]) -> list[TextBlockParam]:
    """The instructions, cached alone so that any examples can follow, and the examples, cached together with them."""
    return [_cache(text) for text in (read_prompt(prompt), "\n".join(examples)) if text]


def _cache(text: str) -> TextBlockParam:
    return {"type": "text", "text": text, "cache_control": {"type": "ephemeral", "ttl": "1h"}}


def read_prompt(name: str) -> str:
    return resources.files("shared.prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")


def mark_data(data: Mapping[str, object]) -> str:
    """Untrusted text, fenced so that it cannot close its own fence: `<`, `>` and `&` are escaped inside the JSON."""
    body = json.dumps(data, ensure_ascii=False, sort_keys=True)
    for character in "<>&":
        body = body.replace(character, f"\\u{ord(character):04x}")
    return f"<data>\n{body}\n</data>"


def count_microusd(
    model: str, input_tokens: int, output_tokens: int, *, cache_written: int = 0, cache_read: int = 0
) -> int:
    """The call's cost at the vendor's list price. An unknown model costs as much as the most expensive known one.

    `input_tokens` excludes the tokens of the prompt cache, as in the vendor's report.
    """
    per_input, per_output = PRICES_MICROUSD_PER_TOKEN.get(model) or max(PRICES_MICROUSD_PER_TOKEN.values())
    read = input_tokens + CACHE_WRITE_FACTOR * cache_written + CACHE_READ_FACTOR * cache_read
    return round(read * per_input + output_tokens * per_output)


def _use(prompt: str, asked: str, response: Message) -> ModelUse:
    """The use of one call, at the price of the requested model, since a stand-in that answers instead has no price."""
    usage = response.usage
    written, read = usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0
    return ModelUse(
        prompt=prompt,
        model=response.model,
        input_tokens=usage.input_tokens + written + read,
        output_tokens=usage.output_tokens,
        cost_microusd=count_microusd(
            asked, usage.input_tokens, usage.output_tokens, cache_written=written, cache_read=read
        ),
    )


def _shorten(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the answer"
    return f"{where}: {first['msg']}"
