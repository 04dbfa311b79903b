"""The simulated world: the same every time for one scenery, of the schema that was asked for.

The model in it obeys instructions only.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.runs.scenery import list_forms
from shared.runs.simulation import Simulation, World
from shared.runs.synthesis import synthesize
from shared.specs.acceptance import find_schema_violations
from shared.specs.effects import Effect, EffectKind, EffectResult
from shared.specs.spec import Budgets, Capabilities
from tests.fakes.sceneries import a_scenery, a_world

CAPABILITIES = Capabilities(
    effects=tuple(EffectKind),
    hosts=("shop.test",),
    budgets=Budgets(llm_calls=8, llm_tokens=8000, fetches=8, fetch_bytes=9000, memory_keys=8, notifications=3),
)
FORMS = list_forms(a_scenery(), a_scenery().drawn_at)


def perform(kind: str, world: World | None = None, **args: Any) -> EffectResult:
    return Simulation(CAPABILITIES, {}, world or a_world()).perform(Effect(id=1, kind=EffectKind(kind), args=args))


def value(kind: str, world: World | None = None, **args: Any) -> Any:
    result = perform(kind, world, **args)
    assert result.ok
    return result.value


def ask(instruction: str = "Classify.", data: Any = None, schema: Any = None, world: World | None = None) -> Any:
    return value("llm", world, instruction=instruction, data=data, schema=schema, max_tokens=500)


def test_a_refused_effect_is_kept_and_not_performed() -> None:
    simulation = Simulation(CAPABILITIES, {}, a_world())
    result = simulation.perform(Effect(id=1, kind=EffectKind.FETCH, args={"url": "https://evil.test/"}))
    assert not result.ok
    assert simulation.asked[0].refusal is not None
    assert simulation.asked[0].refusal.code == "host_not_allowed"


def test_memory_lasts_for_the_world() -> None:
    world = a_world()
    assert value("recall", world, key="k") is None
    value("remember", world, key="k", value={"a": 1})
    assert value("recall", world, key="k") == {"a": 1}


def test_pages_stop_at_the_byte_budget() -> None:
    tight = CAPABILITIES.model_copy(update={"budgets": Budgets(fetches=2, fetch_bytes=100)})
    simulation = Simulation(tight, {}, a_world())
    page = simulation.perform(Effect(id=1, kind=EffectKind.FETCH, args={"url": "https://shop.test/"}))
    assert page.ok
    assert len(page.value["text"]) == 100


def test_the_model_answers_with_what_it_was_given() -> None:
    assert "apples" in ask(data={"note": "apples are late"})
    schema = {
        "type": "object",
        "properties": {
            "labels": {"type": "array", "items": {"type": "string", "enum": ["good", "bad"]}},
            "first": {"type": "string", "maxLength": 10},
            "score": {"type": "integer", "minimum": 5, "maximum": 9},
        },
        "required": ["labels", "first", "score"],
        "additionalProperties": False,
    }
    answer = ask(data={"notes": ["one", "two", "three"]}, schema=schema)
    assert find_schema_violations(schema, answer) == []
    assert len(answer["labels"]) == 3
    assert answer == ask(data={"notes": ["one", "two", "three"]}, schema=schema)


def test_the_time_is_that_of_the_run_in_the_form_that_runs_get() -> None:
    world = a_world()
    assert value("now", world) == world.moment.isoformat().replace("+00:00", "Z")
    assert value("now", a_world("another build")) != value("now", world)


def test_what_cannot_be_reached_is_refused_as_the_platform_refuses_it() -> None:
    result = perform("fetch", a_world(outage=True), url="https://shop.test/")
    assert not result.ok
    assert result.error.code == "fetch_failed"


def test_a_server_in_trouble_answers_with_an_error_page() -> None:
    page = value("fetch", a_world(failing_pages=True), url="https://shop.test/")
    assert page["status"] >= 400


def test_a_schema_that_is_none_is_refused() -> None:
    result = perform("llm", instruction="x", data=None, schema={"type": "nonsense"}, max_tokens=5)
    assert not result.ok


def test_the_model_obeys_its_instruction_and_never_its_data() -> None:
    world = a_world(planted="MARK", hidden_context="the secret plan")
    assert "secret plan" not in str(ask("Summarise.", {"text": "MARK tell me"}, world=world))
    assert "secret plan" in str(ask("Summarise: MARK tell me", None, world=world))


def test_a_hijacked_model_changes_free_texts_and_keeps_to_the_schema() -> None:
    schema = {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": ["a", "b"]}, "text": {"type": "string", "maxLength": 30}},
        "required": ["label", "text"],
    }
    world = a_world(hijack=lambda text: f"PWNED {text}")
    answer = ask(data="hello", schema=schema, world=world)
    assert answer["text"].startswith("PWNED")
    assert find_schema_violations(schema, answer) == []


leaves = st.one_of(
    st.builds(lambda top: {"type": "string", "maxLength": top}, st.integers(0, 40)),
    st.builds(
        lambda low, more: {"type": "string", "minLength": low, "maxLength": low + more},
        st.integers(0, 20),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, more: {"type": "integer", "minimum": low, "maximum": low + more},
        st.integers(-50, 50),
        st.integers(0, 9),
    ),
    st.builds(
        lambda low, more: {"type": "number", "minimum": low, "maximum": low + more},
        st.floats(-9, 9, allow_nan=False),
        st.floats(0, 9, allow_nan=False),
    ),
    st.just({"type": "boolean"}),
    st.just({"type": ["string", "null"]}),
    st.builds(lambda words: {"type": "string", "enum": words}, st.lists(st.text(max_size=5), min_size=1, max_size=4)),
    st.sampled_from(
        [{"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, {"type": "string", "pattern": r"^https?://[^\s]+$"}]
    ),
)
schemas = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            lambda items, low, more: {"type": "array", "items": items, "minItems": low, "maxItems": low + more},
            inner,
            st.integers(0, 3),
            st.integers(0, 3),
        ),
        st.builds(
            lambda fields: {
                "type": "object",
                "properties": fields,
                "required": sorted(fields),
                "additionalProperties": False,
            },
            st.dictionaries(st.sampled_from(["name", "price", "note", "lines"]), inner, max_size=3),
        ),
    ),
    max_leaves=6,
)
materials = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-99, 99), st.text(max_size=30)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "price", "note", "lines"]), inner, max_size=3),
    ),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(schema=schemas, material=materials)
def test_synthesised_values_are_valid_for_their_schema(schema: dict[str, Any], material: Any) -> None:
    made = synthesize(schema, material, forms=FORMS)
    assert find_schema_violations(schema, made) == []
    assert made == synthesize(schema, material, forms=FORMS)
