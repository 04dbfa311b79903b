"""A spec that uses every effect, an agent that keeps to it, and a build around both."""

import inspect
from typing import Any

from mam_agent import EffectFailed, Tools

from shared.builds.build import Build, Next
from shared.specs.effects import EffectKind
from shared.specs.spec import AcceptanceCheck, AgentSpec, Budgets, Capabilities, Category, Example, Template
from shared.values import Json

INPUT_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "page": {"type": "string", "pattern": r"^https?://[^\s]+$", "maxLength": 2000, "description": "page to watch"},
        "topic": {"type": "string", "minLength": 1, "maxLength": 500, "description": "what to look for"},
        "tone": {"type": "string", "enum": ["short", "long"], "description": "how to write"},
        "limit": {"type": "integer", "minimum": 1, "maximum": 10, "description": "how many lines"},
        "notes": {
            "type": "array",
            "items": {"type": "string", "maxLength": 400},
            "minItems": 1,
            "maxItems": 20,
            "description": "notes to take along",
        },
    },
    "required": ["page", "topic", "tone", "notes"],
    "additionalProperties": False,
}
OUTPUT_SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "topic": {"type": "string", "maxLength": 500},
        "summary": {"type": "string", "maxLength": 4000},
        "changed": {"type": "boolean"},
        "checked_at": {"type": "string"},
        "notes": {"type": "array", "items": {"type": "string"}},
    },
    "required": ["topic", "summary", "changed", "checked_at", "notes"],
    "additionalProperties": False,
}


def an_example(number: int) -> Example:
    return Example(
        name=f"example {number}",
        input={
            "page": f"https://shop{number}.test/prices",
            "topic": f"price of item {number}",
            "tone": "short",
            "limit": 3,
            "notes": ["ask for a discount", f"remember order {number}"],
        },
    )


def a_spec(**changes: Any) -> AgentSpec:
    values: dict[str, Any] = {
        "name": "Price Watch",
        "slug": "price-watch",
        "tagline": "Watches a page for you and says what changed there",
        "description": "Fetches the page that you name, compares it with the last visit and writes what changed.",
        "category": Category.SALES,
        "tags": ("monitoring", "prices"),
        "template": Template.MONITORING,
        "input_schema": INPUT_SCHEMA,
        "output_schema": OUTPUT_SCHEMA,
        "capabilities": Capabilities(
            effects=tuple(EffectKind),
            hosts_from_input=("page",),
            budgets=Budgets(
                llm_calls=2, llm_tokens=2000, fetches=2, fetch_bytes=200_000, memory_keys=2, notifications=1
            ),
        ),
        "examples": tuple(an_example(number) for number in range(1, 6)),
        "acceptance": (
            AcceptanceCheck(path="/topic", check="mentions_input", value="/topic", why="it says what it looked for"),
            AcceptanceCheck(path="/notes", check="same_length_as_input", value="/notes", why="no note is lost"),
            AcceptanceCheck(path="/summary", check="not_empty", why="there is something to read"),
        ),
        **changes,
    }
    return AgentSpec.model_validate(values)


async def good_agent(input: dict[str, Any], tools: Tools) -> dict[str, Any]:
    """Uses every effect as it should be used, and makes do without the outside world."""
    text, answer = "", "Nothing can be said about the page."
    try:
        text = (await tools.fetch(input["page"]))["text"][:8_000]
        data = {"page": text, "topic": input["topic"]}
        answer = await tools.llm("Summarise the page in one sentence.", data)
    except EffectFailed:
        pass
    before = await tools.recall("last")
    changed = before is not None and before != text
    await tools.remember("last", text)
    if changed:
        try:  # noqa: SIM105 (agents may not import contextlib)
            await tools.notify("The page changed", str(answer)[:500])
        except EffectFailed:
            pass
    return {
        "topic": input["topic"],
        "summary": str(answer)[:4000],
        "changed": changed,
        "checked_at": await tools.now(),
        "notes": list(input["notes"]),
    }


GOOD_AGENT_SOURCE = "from typing import Any\n\nfrom mam_agent import EffectFailed, Tools\n\n\n" + inspect.getsource(
    good_agent
).replace("good_agent", "run")
"""`good_agent` as the `agent.py` of an image."""


def a_build(**changes: Any) -> Build:
    values: dict[str, Any] = {
        "build_id": "build-1",
        "opportunity_id": "opp_0123456789abcdef",
        "slug": "price-watch",
        "next": Next.GENERATE_CODE,
        **changes,
    }
    return Build.model_validate(values)
