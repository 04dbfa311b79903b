"""Inputs that are unknown to the author of the agent's code, who knows the spec's examples.

Each input takes its fields from different examples, and its words, figures and addresses from the build's own scenery.
"""

import random
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import cast

from shared.runs import wordlists
from shared.runs.scenery import Scenery, write_mail, write_sentence
from shared.runs.synthesis import list_texts
from shared.specs.acceptance import find_schema_violations
from shared.specs.spec import AgentSpec
from shared.values import Json

OTHER_INPUTS = 3
SHORT_TEXT = 60
MOST_SUBJECTS = 4


def make_other_inputs(spec: AgentSpec, scenery: Scenery) -> list[dict[str, Json]]:
    """Valid inputs. Each differs from the spec's examples, unless nothing in the example can be varied."""
    return [_make_other(spec, scenery, number) for number in range(OTHER_INPUTS)]


def list_subjects(given: Mapping[str, Json]) -> list[str]:
    """Short words of an input. A page may mention them, since the customer may watch the page for them."""
    found = [text for text in list_texts(dict(given)) if len(text) <= SHORT_TEXT and "://" not in text and text.strip()]
    return list(dict.fromkeys(text for text in found if not text.replace(".", "").isdigit()))[:MOST_SUBJECTS]


def _make_other(spec: AgentSpec, scenery: Scenery, number: int) -> dict[str, Json]:
    chance = scenery.chance("other input", number)
    made = deepcopy(chance.choice(spec.examples).input)
    properties = cast("dict[str, dict[str, Json]]", spec.input_schema.get("properties", {}))
    for name, schema in properties.items():
        found = [one.input[name] for one in spec.examples if name in one.input]
        if not found:
            continue
        given = deepcopy(chance.choice(found))
        for value in (_vary(given, schema, chance, scenery), given):
            if not find_schema_violations(spec.input_schema, {**made, name: value}):
                made[name] = value
                break
    return made


def _vary(value: Json, schema: Mapping[str, Json], chance: random.Random, scenery: Scenery) -> Json:
    if isinstance(value, bool) or "const" in schema:
        return value
    if isinstance(schema.get("enum"), list):
        return chance.choice(schema["enum"])
    if isinstance(value, str):
        return _vary_text(value, schema, chance, scenery)
    if isinstance(value, int):
        return _keep_within(schema, value + chance.randint(-3, 9))
    if isinstance(value, float):
        return _keep_within(schema, round(value * chance.uniform(0.6, 1.6), 2))
    if isinstance(value, list):
        items = cast("Mapping[str, Json]", schema.get("items", {}))
        varied = [_vary(item, items, chance, scenery) for item in cast("list[Json]", value)]
        return chance.sample(varied, len(varied))
    if isinstance(value, dict):
        parts = cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
        fields = cast("dict[str, Json]", value)
        return {name: _vary(part, parts.get(name, {}), chance, scenery) for name, part in fields.items()}
    return value


def _vary_text(value: str, schema: Mapping[str, Json], chance: random.Random, scenery: Scenery) -> str:
    if value.startswith(("http://", "https://")):
        scheme, _, rest = value.partition("://")
        path = rest.partition("/")[2]
        return f"{scheme}://{scenery.host(value, chance.random())}/{path}"
    later = _move_date(value, chance)
    if later != value or "pattern" in schema or "format" in schema:
        return later
    return _lengthen(value, chance) if len(value) > SHORT_TEXT else _rename(value, chance)


def _move_date(value: str, chance: random.Random) -> str:
    try:
        return (date.fromisoformat(value) + timedelta(days=chance.randint(-20, 400))).isoformat()
    except ValueError:
        return value


def _lengthen(value: str, chance: random.Random) -> str:
    """A long text with realistic lines around the value. A table keeps its form, but loses or swaps lines."""
    lines = value.splitlines()
    if len(lines) > 2:
        head, rest = lines[:1], lines[1:]
        return "\n".join([*head, *chance.sample(rest, max(1, len(rest) - chance.randint(0, 1)))])
    made: Callable[[random.Random], str] = chance.choice((write_mail, write_sentence))
    return f"{value}\n\n{made(chance)}"


def _rename(value: str, chance: random.Random) -> str:
    return chance.choice((f"{value} {chance.choice(wordlists.GOODS)}", chance.choice(wordlists.GOODS), value))


def _keep_within(schema: Mapping[str, Json], number: float) -> float:
    low, high = schema.get("minimum"), schema.get("maximum")
    number = max(number, low) if isinstance(low, int | float) else number
    return min(number, high) if isinstance(high, int | float) else number
