from datetime import UTC, datetime
from typing import Any

from shared.runs.loop import Recorded
from shared.runs.performed_effects import ModelFailed, PerformedEffects
from shared.specs.effects import Effect, EffectKind, EffectRefused, EffectResult, EffectSucceeded
from shared.specs.spec import Budgets, Capabilities
from tests.fakes.effects import FakeAgentModel, FakePages

EVERYTHING = Capabilities(
    effects=tuple(EffectKind),
    hosts=("shop.example",),
    budgets=Budgets(llm_calls=2, llm_tokens=1000, fetches=3, fetch_bytes=100, memory_keys=2, notifications=1),
)
PAGES = {"http://shop.example/": "x" * 60}


def effects(
    capabilities: Capabilities = EVERYTHING, recorded: list[Recorded] | None = None, **fakes: Any
) -> PerformedEffects:
    return PerformedEffects(
        capabilities,
        {},
        model=fakes.get("model") or FakeAgentModel(),
        pages=fakes.get("pages") or FakePages(PAGES),
        recorded=recorded or (),
        now=lambda: datetime(2026, 11, 23, 8, tzinfo=UTC),
    )


def perform(performer: PerformedEffects, effect: Effect) -> EffectResult:
    return performer.refuse(effect) or performer.carry_out(effect)


def asked(kind: EffectKind, number: int = 1, **args: Any) -> Effect:
    return Effect(id=number, kind=kind, args=args)


def code(result: Any) -> str:
    assert isinstance(result, EffectRefused)
    return result.error.code


def test_each_effect_is_performed() -> None:
    performer = effects()
    values = [
        perform(performer, effect)
        for effect in (
            asked(EffectKind.NOW),
            asked(EffectKind.FETCH, url="http://shop.example/"),
            asked(EffectKind.LLM, instruction="sum up", data=1, schema=None, max_tokens=10),
            asked(EffectKind.RECALL, key="k"),
            asked(EffectKind.REMEMBER, key="k", value=[1]),
            asked(EffectKind.RECALL, key="k"),
            asked(EffectKind.NOTIFY, subject="s", body="b"),
        )
    ]
    assert [value.value for value in values if isinstance(value, EffectSucceeded)] == [
        "2026-11-23T08:00:00Z",
        {"url": "http://shop.example/", "status": 200, "content_type": "text/html", "text": "x" * 60},
        "an answer",
        None,
        None,
        [1],
        {"queued": True},
    ]
    assert performer.models == ["fake-model"]


def test_what_the_spec_does_not_declare_is_refused_and_reaches_nothing() -> None:
    model, pages = FakeAgentModel(), FakePages(PAGES)
    performer = effects(Capabilities(), model=model, pages=pages)
    for kind, args in [
        (EffectKind.LLM, {"instruction": "x"}),
        (EffectKind.FETCH, {"url": "http://shop.example/"}),
        (EffectKind.NOTIFY, {"subject": "s", "body": "b"}),
    ]:
        assert code(perform(performer, asked(kind, **args))) == "not_declared"
    assert not model.asked
    assert not pages.fetched


def test_a_host_outside_the_spec_is_refused() -> None:
    pages = FakePages(PAGES)
    assert (
        code(perform(effects(pages=pages), asked(EffectKind.FETCH, url="http://other.example/"))) == "host_not_allowed"
    )
    assert not pages.fetched


def test_a_fetch_may_bring_no_more_than_what_is_left_of_the_bytes() -> None:
    pages = FakePages(PAGES)
    performer = effects(pages=pages)
    perform(performer, asked(EffectKind.FETCH, url="http://shop.example/"))
    second = perform(performer, asked(EffectKind.FETCH, 2, url="http://shop.example/"))
    assert code(second) == "fetch_failed"
    assert [limit for _, limit in pages.fetched] == [100, 40]


def test_a_model_that_fails_is_a_refusal_the_agent_can_handle() -> None:
    failing = FakeAgentModel(ModelFailed("model_refused", "no"))
    assert code(perform(effects(model=failing), asked(EffectKind.LLM, instruction="x"))) == "model_refused"


def test_what_was_recorded_before_counts_against_the_budgets_and_fills_the_memory() -> None:
    earlier = effects()
    recorded = [
        Recorded(effect=effect, result=perform(earlier, effect))
        for effect in (
            asked(EffectKind.FETCH, 1, url="http://shop.example/"),
            asked(EffectKind.REMEMBER, 2, key="k", value="v"),
            asked(EffectKind.NOTIFY, 3, subject="s", body="b"),
        )
    ]
    pages = FakePages(PAGES)
    later = effects(recorded=recorded, pages=pages)
    recalled = perform(later, asked(EffectKind.RECALL, 4, key="k"))
    assert isinstance(recalled, EffectSucceeded)
    assert recalled.value == "v"
    assert code(perform(later, asked(EffectKind.NOTIFY, 5, subject="s", body="b"))) == "over_budget"
    perform(later, asked(EffectKind.FETCH, 6, url="http://shop.example/"))
    assert pages.fetched == [("http://shop.example/", 40)]
