"""What one run may ask for: the effects its spec declares, with well-formed arguments, within the budgets.

The same rules apply in the factory's tests, in demos and in customers' runs, so an agent may do for customers exactly
what it could do in its tests.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Annotated, cast
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.runs.answer_schema import refuse_schema
from shared.runs.refusals import HOST_NOT_ALLOWED, INVALID_ARGUMENTS, NOT_DECLARED, OVER_BUDGET
from shared.specs.effects import Effect, EffectError, EffectKind
from shared.specs.spec import HOST_PATTERN, Capabilities
from shared.values import Json

LLM_DATA_BYTES = 64_000
MEMORY_VALUE_BYTES = 16_000


class Args(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


class LlmArgs(Args):
    """`answer_schema` is null for an answer in plain text."""

    instruction: Annotated[str, Field(min_length=1, max_length=8_000)]
    data: Json = None
    answer_schema: Annotated[dict[str, Json] | None, Field(alias="schema")] = None
    max_tokens: Annotated[int, Field(ge=1, le=16_000)] = 800


class FetchArgs(Args):
    url: Annotated[str, Field(min_length=8, max_length=2_000)]


class RecallArgs(Args):
    key: Annotated[str, Field(min_length=1, max_length=200)]


class RememberArgs(Args):
    key: Annotated[str, Field(min_length=1, max_length=200)]
    value: Json


class NotifyArgs(Args):
    subject: Annotated[str, Field(min_length=1, max_length=200)]
    body: Annotated[str, Field(min_length=1, max_length=10_000)]


class NowArgs(Args):
    pass


ARGS: Mapping[EffectKind, type[Args]] = {
    EffectKind.LLM: LlmArgs,
    EffectKind.FETCH: FetchArgs,
    EffectKind.RECALL: RecallArgs,
    EffectKind.REMEMBER: RememberArgs,
    EffectKind.NOTIFY: NotifyArgs,
    EffectKind.NOW: NowArgs,
}


class Allowance:
    """The remaining budgets of one run. `check` counts every effect it allows, even if the effect then fails."""

    def __init__(self, capabilities: Capabilities, run_input: Mapping[str, Json]) -> None:
        self._capabilities = capabilities
        self._hosts = list_allowed_hosts(capabilities, run_input)
        self._memory_keys: set[str] = set()
        self._left = capabilities.budgets.model_dump()

    @property
    def fetch_bytes_left(self) -> int:
        return self._left["fetch_bytes"]

    def count_fetched(self, size: int) -> None:
        """Subtract the size of a fetched page from the bytes that later fetches may return."""
        self._left["fetch_bytes"] = max(0, self._left["fetch_bytes"] - size)

    def check(self, effect: Effect) -> EffectError | None:
        """None if the effect may be performed now, else the refusal that the agent is shown."""
        if effect.kind not in self._capabilities.effects:
            return EffectError(code=NOT_DECLARED, message=f"the spec does not declare {effect.kind.value}")
        try:
            args = ARGS[effect.kind].model_validate(effect.args)
        except ValidationError as wrong:
            return EffectError(code=INVALID_ARGUMENTS, message=_describe_problem(effect, wrong))
        match args:
            case LlmArgs():
                return self._check_llm(args)
            case FetchArgs():
                return self._fetch(args)
            case RememberArgs():
                return self._remember(args)
            case RecallArgs():
                return self._check_memory_key(args.key)
            case NotifyArgs():
                return self._take("notifications", 1)
            case _:
                return None

    def _check_llm(self, args: LlmArgs) -> EffectError | None:
        if _measure_size(args.data) > LLM_DATA_BYTES:
            return EffectError(code=INVALID_ARGUMENTS, message=f"llm.data is over {LLM_DATA_BYTES} bytes")
        refused = refuse_schema(args.answer_schema) if args.answer_schema is not None else None
        if refused:
            return EffectError(code=INVALID_ARGUMENTS, message=f"llm.schema {refused}")
        return self._take("llm_calls", 1) or self._take("llm_tokens", args.max_tokens)

    def _fetch(self, args: FetchArgs) -> EffectError | None:
        host = read_url_host(args.url)
        if host is None or host not in self._hosts:
            return EffectError(code=HOST_NOT_ALLOWED, message=f"{host or 'this address'} is not among the spec's hosts")
        if self.fetch_bytes_left <= 0:
            return EffectError(code=OVER_BUDGET, message="fetch_bytes: nothing left of the run's budget")
        return self._take("fetches", 1)

    def _remember(self, args: RememberArgs) -> EffectError | None:
        if _measure_size(args.value) > MEMORY_VALUE_BYTES:
            return EffectError(code=INVALID_ARGUMENTS, message=f"remember.value is over {MEMORY_VALUE_BYTES} bytes")
        return self._check_memory_key(args.key)

    def _check_memory_key(self, key: str) -> EffectError | None:
        if key in self._memory_keys:
            return None
        refused = self._take("memory_keys", 1)
        if refused is None:
            self._memory_keys.add(key)
        return refused

    def _take(self, budget: str, amount: int) -> EffectError | None:
        if self._left[budget] < amount:
            return EffectError(code=OVER_BUDGET, message=f"{budget}: {self._left[budget]} left, {amount} asked for")
        self._left[budget] -= amount
        return None


def list_allowed_hosts(capabilities: Capabilities, run_input: Mapping[str, Json]) -> frozenset[str]:
    """The hosts that the spec lists, and the hosts of the addresses in the input fields that the spec names."""
    found = {read_url_host(url) for name in capabilities.hosts_from_input for url in _list_strings(run_input.get(name))}
    return frozenset(capabilities.hosts) | {host for host in found if host is not None}


def read_url_host(url: str) -> str | None:
    """The host of an http(s) address that has a DNS name, no credentials and the default port; None otherwise."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not re.fullmatch(HOST_PATTERN, host):
        return None
    if any(ord(character) < 33 or character == "\\" for character in url):
        return None
    return host if port in {None, 80 if parts.scheme == "http" else 443} else None


def _list_strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (item for item in cast("list[Json]", value) if isinstance(item, str))


def _measure_size(value: Json) -> int:
    return len(json.dumps(value, ensure_ascii=False).encode())


def _describe_problem(effect: Effect, wrong: ValidationError) -> str:
    first = wrong.errors(include_url=False, include_input=False)[0]
    where = ".".join([effect.kind.value, *(str(part) for part in first["loc"])])
    return f"{where}: {first['msg']}"
