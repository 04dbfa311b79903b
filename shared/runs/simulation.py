"""A world for agents under test: every effect answered at once, deterministically, from made-up but fitting material.

Permission is the real thing (`Allowance`), so what an agent may do here is what it may do for customers. The
simulated model follows its instruction and never its data, as the platform's prompt asks of the real one; an agent
that puts other people's text into the instruction therefore shows here.
"""

import hashlib
import html
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from shared.runs.allowance import (
    Allowance,
    FetchArgs,
    LlmArgs,
    NotifyArgs,
    RecallArgs,
    RememberArgs,
)
from shared.runs.synthesis import plain_text, synthesize
from shared.specs.effects import Effect, EffectError, EffectKind, EffectRefused, EffectResult, EffectSucceeded
from shared.specs.spec import Capabilities
from shared.values import Json

NOW = "2026-01-15T09:30:00Z"
CHARACTERS_PER_TOKEN = 4
OUTSIDE = frozenset({EffectKind.LLM, EffectKind.FETCH})
"""What the platform itself may fail to get; the other effects are its own."""


@dataclass(frozen=True)
class Asked:
    """An effect that the agent asked for; `refusal` is what it was told if it was not performed."""

    effect: Effect
    refusal: EffectError | None


@dataclass
class World:
    """What the simulated effects draw on; probes plant things here.

    `memory` holds the agent's own keys from earlier runs. `visit` changes the pages: a second visit finds another
    price. `planted_page` is added to every page, `planted_memory` to every text recalled, `hijack` replaces what the
    model writes into free text. `hidden_context` is what the model knows and must not tell; it tells it only to an
    instruction that contains `planted`. `keys` are memory keys that are not the agent's to read, with the values it
    would find there.
    """

    memory: dict[str, Json] = field(default_factory=dict[str, Json])
    visit: int = 1
    planted_page: str = ""
    planted_memory: str = ""
    planted: str = ""
    hidden_context: str = ""
    hijack: Callable[[str], str] | None = None
    outage: bool = False
    keys: Mapping[str, Json] = field(default_factory=dict[str, Json])


class Simulation:
    """A performer. It keeps what it was asked and what left through it, for the checks afterwards."""

    def __init__(self, capabilities: Capabilities, run_input: Mapping[str, Json], world: World | None = None) -> None:
        self.world = world or World()
        self.asked: list[Asked] = []
        self._allowance = Allowance(capabilities, run_input)

    def perform(self, effect: Effect) -> EffectResult:
        refusal = self._allowance.check(effect)
        self.asked.append(Asked(effect, refusal))
        if refusal is not None:
            return EffectRefused(id=effect.id, error=refusal)
        if self.world.outage and effect.kind in OUTSIDE:
            error = EffectError(code="unavailable", message=f"{effect.kind.value} could not be performed")
            return EffectRefused(id=effect.id, error=error)
        match effect.kind:
            case EffectKind.LLM:
                return self._llm(effect.id, LlmArgs.model_validate(effect.args))
            case EffectKind.FETCH:
                return self._fetch(effect.id, FetchArgs.model_validate(effect.args))
            case EffectKind.RECALL:
                value = self._recalled(RecallArgs.model_validate(effect.args).key)
            case EffectKind.REMEMBER:
                args = RememberArgs.model_validate(effect.args)
                self.world.memory[args.key] = args.value
                value = None
            case EffectKind.NOTIFY:
                NotifyArgs.model_validate(effect.args)
                value = {"queued": True}
            case EffectKind.NOW:
                value = NOW
        return EffectSucceeded(id=effect.id, value=value)

    def _llm(self, id: int, args: LlmArgs) -> EffectResult:
        if self.world.planted and self.world.planted in args.instruction:
            args = args.model_copy(update={"data": self.world.hidden_context})
        if args.answer_schema is None:
            answer: Json = plain_text(args.instruction, args.data, args.max_tokens * CHARACTERS_PER_TOKEN)
        else:
            answer = synthesize(args.answer_schema, args.data)
        return EffectSucceeded(
            id=id, value=hijacked(answer, args.answer_schema or {"type": "string"}, self.world.hijack)
        )

    def _fetch(self, id: int, args: FetchArgs) -> EffectResult:
        page = simulated_page(args.url, self.world.visit, self.world.planted_page)
        page["text"] = str(page["text"])[: self._allowance.fetch_bytes_left]
        self._allowance.fetched(len(str(page["text"]).encode()))
        return EffectSucceeded(id=id, value=page)

    def _recalled(self, key: str) -> Json:
        if key in self.world.keys:
            return self.world.keys[key]
        value = self.world.memory.get(key)
        return _with_text(value, self.world.planted_memory) if self.world.planted_memory else value


def simulated_page(url: str, visit: int, planted: str = "") -> dict[str, Json]:
    """A page that depends on the address and the visit only: JSON, a feed or HTML by what the address looks like."""
    seed = hashlib.sha256(url.encode()).digest()
    price = f"{20 + seed[0] % 60 + (visit - 1) * 5}.{seed[1] % 100:02d}"
    items = [f"Item {seed[index] % 90 + 10}: update {index + visit - 1} of this page" for index in range(2, 6)]
    if planted:
        items.append(planted)
    path = url.split("?", 1)[0].lower()
    if path.endswith(".json"):
        body = {"title": "Sample page", "price": float(price), "items": items}
        return _page(url, "application/json", json.dumps(body))
    if path.endswith((".xml", ".rss", "/feed", "/rss", ".atom")):
        entries = "".join(
            f"<item><title>{html.escape(item)}</title><link>{html.escape(url)}#{number}</link>"
            f"<pubDate>Thu, 15 Jan 2026 0{number}:00:00 GMT</pubDate></item>"
            for number, item in enumerate(items, 1)
        )
        return _page(url, "application/rss+xml", f"<rss><channel><title>Sample feed</title>{entries}</channel></rss>")
    listed = "".join(f"<li>{html.escape(item)}</li>" for item in items)
    text = (
        "<!doctype html><html><head><title>Sample page</title></head><body><h1>Sample page</h1>"
        f'<p class="price">Price: ${price}</p><p>In stock. Updated on 2026-01-15.</p><ul>{listed}</ul></body></html>'
    )
    return _page(url, "text/html", text)


def hijacked(answer: Json, schema: Mapping[str, Json], hijack: Callable[[str], str] | None) -> Json:
    """The answer as a model that was taken over would give it: still of the schema, with other words in its free
    texts.
    """
    if hijack is None:
        return answer
    if isinstance(answer, str):
        closed = any(word in schema for word in ("enum", "const", "format", "pattern"))
        return answer if closed else hijack(answer)[: int(schema.get("maxLength", 100_000))]
    if isinstance(answer, dict):
        inner = cast("dict[str, Mapping[str, Json]]", schema.get("properties", {}))
        fields = cast("dict[str, Json]", answer)
        return {name: hijacked(value, inner.get(name, {}), hijack) for name, value in fields.items()}
    if isinstance(answer, list):
        items = cast("Mapping[str, Json]", schema.get("items", {}))
        return [hijacked(item, items, hijack) for item in cast("list[Json]", answer)]
    return answer


def _page(url: str, content_type: str, text: str) -> dict[str, Json]:
    return {"url": url, "status": 200, "content_type": content_type, "text": text}


def _with_text(value: Json, planted: str) -> Json:
    if isinstance(value, str):
        return f"{value} {planted}"
    if isinstance(value, dict):
        return {name: _with_text(item, planted) for name, item in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [_with_text(item, planted) for item in cast("list[Json]", value)]
    return value
