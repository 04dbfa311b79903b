"""Valid inputs at the edges of an agent's input schema. For each of them the agent has to give a valid output.

They are derived from the spec alone, and cover what callers may send and generated agents forget: the shortest and the
longest texts and lists, the least and the greatest numbers, whole numbers written 1.0, digits other than 0 to 9.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import cast

from shared.runs.run_input import InputInvalid, check_input
from shared.specs.spec import AgentSpec
from shared.values import Json

MOST_EDGES = 16
HUGE = 1e15
DIGITS = "１２．５０ ٣٤ ½ ⅻ "
"""Digits of other scripts. `isdigit` or `isnumeric` is true for them; `int` and `float` accept some and raise for
others.
"""

EdgeOf = Callable[[Mapping[str, Json], Json], Json]
"""Makes the edge of one value from its schema and the example's value. Returns the example's value if there is none."""


@dataclass(frozen=True)
class Edge:
    """`input` has been checked and is in the form that a run gives to the agent."""

    name: str
    input: dict[str, Json]


def make_edge_inputs(spec: AgentSpec) -> list[Edge]:
    """At most MOST_EDGES: first each edge for all fields at once, then field by field; each is valid and new."""
    schema, example = cast("Mapping[str, Json]", spec.input_schema), spec.examples[0].input
    return list(islice(_drop_repeated(schema, example), MOST_EDGES))


def _drop_repeated(schema: Mapping[str, Json], example: dict[str, Json]) -> Iterator[Edge]:
    seen = [example]
    for name, value in _make_candidates(schema, example):
        try:
            checked = check_input(cast("dict[str, Json]", value), schema)
        except InputInvalid:
            continue
        if not any(_is_same(checked, other) for other in seen):
            seen.append(checked)
            yield Edge(name, checked)


def _is_same(one: Json, other: Json) -> bool:
    """Compare two values as JSON text, because in Python 1 equals 1.0 and True."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _make_candidates(schema: Mapping[str, Json], example: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    for name, edge in EDGES.items():
        yield f"all {name}", _fill_everywhere(schema, example, edge)
    for field, inner in _read_properties(schema).items():
        for name, edge in EDGES.items():
            yield f"{field} {name}", {**example, field: _fill_everywhere(inner, example.get(field), edge)}


def _fill_everywhere(schema: Mapping[str, Json], value: Json, edge: EdgeOf) -> Json:
    """Apply the edge to every part of the value, then to the value itself."""
    match schema.get("type"):
        case "object":
            known = cast("dict[str, Json]", value if isinstance(value, dict) else {})
            parts = {
                name: _fill_everywhere(inner, known.get(name), edge)
                for name, inner in _read_properties(schema).items()
                if name in known or name in schema.get("required", [])
            }
            return edge(schema, parts)
        case "array":
            entries = cast("list[Json]", value) if isinstance(value, list) else []
            inner = cast("Mapping[str, Json]", schema["items"])
            return edge(schema, [_fill_everywhere(inner, entry, edge) for entry in entries or [None]])
        case _:
            return edge(schema, value)


def _choose_bound(schema: Mapping[str, Json], value: Json, *, most: bool) -> Json:
    match schema.get("type"):
        case "string" if "enum" not in schema and "pattern" not in schema:
            return _make_text(str(value or "x"), schema.get("maxLength" if most else "minLength", 0), most=most)
        case "array":
            entries = cast("list[Json]", value)
            size = schema.get("maxItems", len(entries)) if most else schema.get("minItems", 0)
            return (entries * (size // len(entries) + 1))[:size]
        case "integer" | "number":
            return schema.get("maximum" if most else "minimum", value)
        case "boolean":
            return most
        case _:
            return value


def _make_text(text: str, size: int, *, most: bool) -> str:
    """A text of the greatest or least allowed length, made of the example's own words."""
    return (text + " ") * (size // (len(text) + 1)) + text[: size % (len(text) + 1)] if most else text[:size]


def _choose_digits(schema: Mapping[str, Json], value: Json) -> Json:
    if schema.get("type") != "string" or "enum" in schema or "pattern" in schema:
        return value
    size = max(len(DIGITS), schema.get("minLength", 0))
    return (DIGITS * (size // len(DIGITS) + 1))[: min(size, schema.get("maxLength", size))]


def _choose_huge(schema: Mapping[str, Json], value: Json) -> Json:
    """1e15 if the schema allows it, else the given value."""
    if schema.get("type") not in {"integer", "number"} or schema.get("maximum", HUGE) < HUGE:
        return value
    return HUGE


def _write_whole(schema: Mapping[str, Json], value: Json) -> Json:
    """The same number as 1.0, as many programs write it."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(round(value)) if is_number and schema.get("type") in {"integer", "number"} else value


EDGES: Mapping[str, EdgeOf] = {
    "at the least": partial(_choose_bound, most=False),
    "at the most": partial(_choose_bound, most=True),
    "in digits of other scripts": _choose_digits,
    "1e15": _choose_huge,
    "written as 1.0": _write_whole,
}


def _read_properties(schema: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    return cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
