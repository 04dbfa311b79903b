"""A world for agents under test: every effect is answered at once, deterministically, with made-up but fitting content.

Nothing here reveals that it is a test: answers, refusals and times have the same form as in a customer's run, and their
content comes from a scenery that nobody could know beforehand.

Permissions are the real ones (`Allowance`), so an agent may do here exactly what it may do for customers. The simulated
model follows its instruction and never its data, as the platform's prompt demands of the real model. This exposes an
agent that puts other people's text into the instruction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from shared.runs import wordlists
from shared.runs.allowance import (
    Allowance,
    FetchArgs,
    LlmArgs,
    NotifyArgs,
    RecallArgs,
    RememberArgs,
)
from shared.runs.pages import write_failing_page, write_page
from shared.runs.scenery import Scenery, list_forms
from shared.runs.synthesis import synthesize, write_plain_text
from shared.specs.effects import Effect, EffectError, EffectKind, EffectRefused, EffectResult, EffectSucceeded
from shared.specs.spec import Capabilities
from shared.values import Json

CHARACTERS_PER_TOKEN = 4
OUTSIDE = frozenset({EffectKind.LLM, EffectKind.FETCH})
"""Effects that depend on an outside service and so may fail; the platform performs the others by itself."""
OUTAGES: Mapping[EffectKind, EffectError] = {
    EffectKind.LLM: EffectError(code="model_unavailable", message="the model is not available now"),
    EffectKind.FETCH: EffectError(code="fetch_failed", message="took too long"),
}
"""The same messages that the platform gives in a run."""


@dataclass(frozen=True)
class Asked:
    """An effect that the agent asked for. `refusal` is what the agent was told if the effect was not performed. `found`
    says whether the memory key that it named held anything.
    """

    effect: Effect
    refusal: EffectError | None
    found: bool = False


@dataclass
class World:
    """The source of the simulated effects' answers; probes plant things here. `moment` is the time of the run.

    `memory` holds the agent's own keys from earlier runs. `visit` changes the pages: a second visit finds another
    price. `planted_page` is added to every page and `planted_memory` to every recalled text; `hijack` replaces what the
    model writes into free text. `hidden_context` is a secret of the model, which reveals it only to an instruction that
    contains `planted`. `keys` are memory keys that the agent must not read, with their values. `failing_pages` makes
    every address answer with an error page; `page_characters` sets the least length of pages. Every page has a line on
    each of the `subjects`.
    """

    scenery: Scenery
    moment: datetime
    memory: dict[str, Json] = field(default_factory=dict[str, Json])
    visit: int = 1
    planted_page: str = ""
    planted_memory: str = ""
    planted: str = ""
    hidden_context: str = ""
    hijack: Callable[[str], str] | None = None
    outage: bool = False
    failing_pages: bool = False
    page_characters: int = 0
    subjects: Sequence[str] = ()
    keys: Mapping[str, Json] = field(default_factory=dict[str, Json])


class Simulation:
    """A performer. It records the requests of the agent and the data that left through them, for later checks."""

    def __init__(self, capabilities: Capabilities, run_input: Mapping[str, Json], world: World) -> None:
        self.world = world
        self.asked: list[Asked] = []
        self._allowance = Allowance(capabilities, run_input)

    def perform(self, effect: Effect) -> EffectResult:
        refusal = self._allowance.check(effect)
        self.asked.append(Asked(effect, refusal, effect.args.get("key") in self.world.memory))
        if refusal is not None:
            return EffectRefused(id=effect.id, error=refusal)
        if self.world.outage and effect.kind in OUTSIDE:
            return EffectRefused(id=effect.id, error=OUTAGES[effect.kind])
        match effect.kind:
            case EffectKind.LLM:
                return self._answer_llm(effect.id, LlmArgs.model_validate(effect.args))
            case EffectKind.FETCH:
                return self._fetch(effect.id, FetchArgs.model_validate(effect.args))
            case EffectKind.RECALL:
                value = self._recall(RecallArgs.model_validate(effect.args).key)
            case EffectKind.REMEMBER:
                args = RememberArgs.model_validate(effect.args)
                self.world.memory[args.key] = args.value
                value = None
            case EffectKind.NOTIFY:
                NotifyArgs.model_validate(effect.args)
                value = {"queued": True}
            case EffectKind.NOW:
                value = self.world.moment.isoformat().replace("+00:00", "Z")
        return EffectSucceeded(id=effect.id, value=value)

    def _answer_llm(self, id: int, args: LlmArgs) -> EffectResult:
        if self.world.planted and self.world.planted in args.instruction:
            args = args.model_copy(update={"data": self.world.hidden_context})
        if args.answer_schema is None:
            opening = self.world.scenery.chance("opening", args.instruction).choice(wordlists.OPENINGS)
            answer: Json = write_plain_text(opening, args.data, args.max_tokens * CHARACTERS_PER_TOKEN)
        else:
            known = list_forms(self.world.scenery, self.world.moment, args.instruction)
            answer = synthesize(args.answer_schema, args.data, forms=known)
        return EffectSucceeded(
            id=id, value=hijack_answer(answer, args.answer_schema or {"type": "string"}, self.world.hijack)
        )

    def _fetch(self, id: int, args: FetchArgs) -> EffectResult:
        fetched = self._show_page(args.url)
        fetched["text"] = str(fetched["text"])[: self._allowance.fetch_bytes_left]
        self._allowance.count_fetched(len(str(fetched["text"]).encode()))
        return EffectSucceeded(id=id, value=fetched)

    def _show_page(self, url: str) -> dict[str, Json]:
        world = self.world
        if world.failing_pages:
            return write_failing_page(url, world.scenery)
        return write_page(
            url,
            world.scenery,
            world.moment,
            visit=world.visit,
            planted=world.planted_page,
            characters=world.page_characters,
            subjects=world.subjects,
        )

    def _recall(self, key: str) -> Json:
        if key in self.world.keys:
            return self.world.keys[key]
        value = self.world.memory.get(key)
        return _plant_text(value, self.world.planted_memory) if self.world.planted_memory else value


def hijack_answer(answer: Json, schema: Mapping[str, Json], hijack: Callable[[str], str] | None) -> Json:
    """The answer of a hijacked model: it still fits the schema, but its free texts hold other words."""
    if hijack is None:
        return answer
    if isinstance(answer, str):
        closed = any(word in schema for word in ("enum", "const", "format", "pattern"))
        return answer if closed else hijack(answer)[: int(schema.get("maxLength", 100_000))]
    if isinstance(answer, dict):
        inner = cast("dict[str, Mapping[str, Json]]", schema.get("properties", {}))
        fields = cast("dict[str, Json]", answer)
        return {name: hijack_answer(value, inner.get(name, {}), hijack) for name, value in fields.items()}
    if isinstance(answer, list):
        items = cast("Mapping[str, Json]", schema.get("items", {}))
        return [hijack_answer(item, items, hijack) for item in cast("list[Json]", answer)]
    return answer


def _plant_text(value: Json, planted: str) -> Json:
    if isinstance(value, str):
        return f"{value} {planted}"
    if isinstance(value, dict):
        return {name: _plant_text(item, planted) for name, item in cast("dict[str, Json]", value).items()}
    if isinstance(value, list):
        return [_plant_text(item, planted) for item in cast("list[Json]", value)]
    return value
