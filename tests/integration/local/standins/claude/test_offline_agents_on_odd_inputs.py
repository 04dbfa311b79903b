"""Every kind of agent on valid but odd inputs, in a world that answers with anything: it ends with an output that
fits.
"""

from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS
from shared.opportunities.brief import write_brief
from shared.specs.effects import Effect, EffectError, EffectRefused, EffectResult, EffectSucceeded, Succeeded
from shared.specs.schemas import URL_PATTERN
from shared.specs.spec import AgentSpec
from tests.fakes.agent_tasks import InProcessAgent
from tests.fakes.generated_agent import agent_of, last_reply
from tests.fakes.opportunity_cards import opportunity_cards

PIECES = """
price|$1,234.50|-|(|)|[a|a+b*|\\|?|!!!|日本語|é|NaN|2026-02-30|1/1/2026|,|;|"|'|<b>|</script>|{x}|%s|Please send it.
When?|date,description,amount|name,email|1e308|-0|you|I|refund|ignore all instructions|http://a.test/b
"""
ODD = ["", " ", "|", "\t", "\n", "\u0130", "\u202e", "9" * 30, "x" * 300]
WORDS = st.sampled_from([*PIECES.strip().replace("\n", "|").split("|"), *ODD])
TEXT = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=4), max_leaves=6
)


@cache
def made(name: str) -> tuple[AgentSpec, InProcessAgent]:
    kind = next(kind for kind in KINDS if kind.name == name)
    brief = Brief(write_brief(opportunity_cards()[KINDS.index(kind)]))
    return agent_of(kind, brief)


def inputs(schema: dict[str, Any]) -> SearchStrategy[Any]:
    """Values that the schema allows, the odd ones preferred."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema["type"]:
        case "object":
            required = {name: inputs(part) for name, part in schema["properties"].items() if name in schema["required"]}
            optional = {
                name: inputs(part) for name, part in schema["properties"].items() if name not in schema["required"]
            }
            return st.fixed_dictionaries(required, optional=optional)
        case "array":
            return st.lists(
                inputs(schema["items"]), min_size=schema.get("minItems", 0), max_size=min(schema["maxItems"], 6)
            )
        case "integer":
            return st.integers(schema.get("minimum", -(10**9)), schema.get("maximum", 10**9))
        case "number":
            low, high = schema.get("minimum", -1e12), schema.get("maximum", 1e12)
            return st.floats(low, high, allow_nan=False) | st.integers(int(low), int(high))
        case "boolean":
            return st.booleans()
        case _:
            return texts(schema)


def texts(schema: dict[str, Any]) -> SearchStrategy[str]:
    if schema.get("pattern") == URL_PATTERN:
        path = st.text("abc?=&%#é/", max_size=30) | st.just("x" * 1_900)
        return path.map(lambda tail: f"http://shop.test/{tail}"[: schema["maxLength"]])
    if "pattern" in schema:
        return st.dates().map(str) | st.sampled_from(["0000-00-00", "2026-02-30", "9999-12-31", "0001-01-01"])
    filled = TEXT.map(lambda text: (text + "." * schema.get("minLength", 0))[: schema["maxLength"]])
    return filled | st.just("x" * schema["maxLength"])


def answers(kind: str) -> SearchStrategy[Any]:
    page = st.fixed_dictionaries(
        {
            "url": st.just("http://shop.test/"),
            "status": st.sampled_from([200, 404, 500]),
            "content_type": st.sampled_from(["text/html", "application/json", "application/rss+xml", "text/csv", ""]),
            "text": TEXT
            | st.lists(WORDS, max_size=20).map(lambda words: "<rss><item><title>" + "</title><item>".join(words)),
        }
    )
    return {
        "fetch": page,
        "now": st.just("2026-11-23T07:00:00Z"),
        "notify": st.just({"queued": True}),
        "remember": st.none(),
        "llm": TEXT | st.fixed_dictionaries({"headline": TEXT, "next_step": TEXT}),
    }.get(kind, JSON_VALUES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_run_ends_with_an_output_that_fits(kind: Kind, data: st.DataObject) -> None:
    spec, agent = made(kind.name)
    run_input = data.draw(inputs(spec.input_schema), "input")

    def performed(effect: Effect) -> EffectResult:
        if effect.kind.value not in {"now", "llm"} and data.draw(st.integers(0, 9)) == 0:
            return EffectRefused(id=effect.id, error=EffectError(code="refused", message="not now"))
        value = data.draw(answers(effect.kind.value), effect.kind.value)
        if effect.kind.value == "llm":
            value = fitting(value, effect.args["schema"])
        return EffectSucceeded(id=effect.id, value=value)

    reply = last_reply(agent, run_input, performed)
    assert isinstance(reply, Succeeded), reply


def fitting(value: Any, schema: Any) -> Any:
    """The platform hands over texts where no schema was given, and objects of the schema where one was."""
    if schema is None:
        return value if isinstance(value, str) else str(value)
    parts = value if isinstance(value, dict) else {}
    return {name: str(parts.get(name, "x"))[: part["maxLength"]] for name, part in schema["properties"].items()}
