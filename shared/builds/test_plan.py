"""What an agent is tested with, derived from its spec alone: malformed inputs that its input schema must refuse."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import cast

from shared.specs.acceptance import find_schema_violations
from shared.specs.spec import AgentSpec
from shared.values import Json

MOST_MALFORMED = 24
LONGEST_TEXT = 100_000
WRONG_TYPES: Mapping[str, Json] = {
    "string": 12345,
    "integer": "twelve",
    "number": "twelve",
    "boolean": "perhaps",
    "array": "not a list",
    "object": "not an object",
}


@dataclass(frozen=True)
class Malformed:
    """`field` is what the refusal has to name, as `items.0.price`; empty where the input as a whole is wrong."""

    name: str
    input: Json
    field: str


def make_malformed_inputs(spec: AgentSpec) -> list[Malformed]:
    """At most MOST_MALFORMED, every kind of mistake before the second of its kind; each really is invalid."""
    valid = spec.examples[0].input
    found = [case for case in _make_mistakes(spec, valid) if find_schema_violations(spec.input_schema, case.input)]
    kinds: dict[str, int] = {}
    ranked: list[tuple[int, int, Malformed]] = []
    for place, case in enumerate(found):
        kind = case.name.split(" ", 1)[0]
        kinds[kind] = kinds.get(kind, 0) + 1
        ranked.append((kinds[kind], place, case))
    return [case for _, _, case in sorted(ranked, key=lambda one: one[:2])[:MOST_MALFORMED]]


def _make_mistakes(spec: AgentSpec, valid: dict[str, Json]) -> Iterator[Malformed]:
    yield Malformed("not_an_object list", [], "")
    yield Malformed("not_an_object null", None, "")
    if spec.input_schema.get("additionalProperties") is False:
        yield Malformed("unknown field", {**valid, "no_such_field": 1}, "no_such_field")
    for name, schema in _read_properties(spec.input_schema).items():
        for mistake, value in _make_wrong_values(schema, valid.get(name)):
            yield Malformed(f"{mistake} {name}", {**deepcopy(valid), name: value}, name)
        for mistake, value, field in _wrong_parts(schema, valid.get(name)):
            yield Malformed(f"{mistake} {name}.{field}", {**deepcopy(valid), name: value}, f"{name}.{field}")
    for name in cast("list[str]", spec.input_schema.get("required", [])):
        yield Malformed(f"missing {name}", {key: value for key, value in valid.items() if key != name}, name)


def _make_wrong_values(schema: Mapping[str, Json], valid: Json) -> Iterator[tuple[str, Json]]:
    kind = schema.get("type")
    if isinstance(kind, str) and kind in WRONG_TYPES:
        yield "wrong_type", WRONG_TYPES[kind]
        yield "null", None
    if kind in ("integer", "number"):
        yield "other_digits", "１２"
        yield "no_number", "NaN"
    if kind == "integer":
        yield "not_whole", schema.get("minimum", 0) + 0.5
    if "enum" in schema:
        yield "not_a_choice", "no such choice"
    if "pattern" in schema:
        yield "wrong_form", "?"
    if isinstance(schema.get("maxLength"), int) and schema["maxLength"] < LONGEST_TEXT:
        filler = str(valid or "x")
        yield "too_long", (filler + "x" * (schema["maxLength"] + 1))[: max(schema["maxLength"] + 1, len(filler))]
    if schema.get("minLength"):
        yield "too_short", ""
    if isinstance(schema.get("maximum"), int | float):
        yield "too_large", schema["maximum"] + 1
        yield "far_too_large", 1e15
    if isinstance(schema.get("minimum"), int | float):
        yield "too_small", schema["minimum"] - 1
    if schema.get("minItems"):
        yield "too_few", []
    if isinstance(schema.get("maxItems"), int) and isinstance(valid, list) and valid:
        yield "too_many", (cast("list[Json]", valid) * (schema["maxItems"] + 1))[: schema["maxItems"] + 1]


def _wrong_parts(schema: Mapping[str, Json], valid: Json) -> Iterator[tuple[str, Json, str]]:
    """Mistakes inside a record, or inside the first entry of a list."""
    if isinstance(valid, list) and valid:
        entries = cast("list[Json]", valid)
        inner = cast("Mapping[str, Json]", schema.get("items", {}))
        kind = inner.get("type")
        if isinstance(kind, str) and kind in WRONG_TYPES:
            yield "wrong_entry", [WRONG_TYPES[kind], *entries[1:]], "0"
        for mistake, value, field in _make_wrong_record(inner, entries[0]):
            yield mistake, [value, *entries[1:]], f"0.{field}"
    else:
        yield from _make_wrong_record(schema, valid)


def _make_wrong_record(schema: Mapping[str, Json], valid: Json) -> Iterator[tuple[str, Json, str]]:
    if not isinstance(valid, dict):
        return
    record = cast("dict[str, Json]", valid)
    for name in cast("list[str]", schema.get("required", [])):
        yield "missing_part", {key: value for key, value in record.items() if key != name}, name
    for name, inner in _read_properties(schema).items():
        for mistake, value in _make_wrong_values(inner, record.get(name)):
            yield f"part_{mistake}", {**record, name: value}, name


def _read_properties(schema: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    return cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
