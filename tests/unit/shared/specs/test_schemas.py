from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.specs.schema_policy import check_schema
from shared.specs.schemas import DIALECT, FieldKind, LeafField, SchemaField, make_object_schema

LEAF_KINDS = [kind for kind in FieldKind if kind not in {FieldKind.RECORD, FieldKind.RECORD_LIST}]
names = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)


@st.composite
def leaves(draw: st.DrawFn) -> LeafField:
    low = draw(st.none() | st.integers(0, 5))
    return LeafField(
        name=draw(names),
        kind=draw(st.sampled_from(LEAF_KINDS)),
        description="what it is",
        required=draw(st.booleans()),
        choices=draw(st.sampled_from([[], ["short", "long"]])),
        minimum=low,
        maximum=draw(st.none() | st.integers(5, 5_000)),
    )


@st.composite
def fields(draw: st.DrawFn) -> SchemaField:
    leaf = draw(leaves())
    kind = draw(st.sampled_from(FieldKind))
    return SchemaField.model_validate(
        {**leaf.model_dump(), "kind": kind, "fields": draw(st.lists(leaves(), min_size=1, max_size=4))}
    )


@given(st.lists(fields(), min_size=1, max_size=10, unique_by=lambda field: field.name))
def test_every_schema_that_can_be_built_is_valid_and_within_the_dialect(parts: list[SchemaField]) -> None:
    schema = make_object_schema(parts)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert check_schema(schema, "input") == []


def test_an_object_is_closed_and_bounded() -> None:
    schema = make_object_schema([SchemaField(name="text", kind=FieldKind.TEXT, description="a text")])

    assert schema["additionalProperties"] is False
    assert schema["properties"]["text"] == {"description": "a text", "type": "string", "maxLength": 40_000}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"type": "array"}, "must be an object"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "must be an object of JSON Schema draft 2020-12"),
        ({"additionalProperties": True}, "additionalProperties false"),
        ({"required": ["missing"]}, "requires 'missing'"),
        ({"$defs": {}}, "'$defs' is not used here"),
        ({"properties": {}}, "needs 1 to 12 fields"),
        ({"properties": {"Bad Name": {"type": "string", "maxLength": 5, "description": "x"}}}, "is not a field name"),
        ({"properties": {"a": {"type": "string", "description": "x"}}}, "needs maxLength"),
        (
            {"properties": {"a": {"type": "string", "maxLength": 5, "pattern": "(a+)+$", "description": "x"}}},
            "platform's own",
        ),
        ({"properties": {"a": {"type": "string", "maxLength": 10**9, "description": "x"}}}, "needs maxLength"),
        ({"properties": {"a": {"type": "string", "maxLength": 5}}}, "needs a description"),
        ({"properties": {"a": {"$ref": "#"}}}, "type must be one of"),
        ({"properties": {"a": {"type": ["string", "null"], "description": "x"}}}, "type must be one of"),
        ({"properties": {"a": {"type": "array", "items": {"type": "number"}, "description": "x"}}}, "needs maxItems"),
        ({"properties": {"a": {"type": "string", "enum": [], "description": "x"}}}, "enum is a list"),
        ({"properties": {"a": {"type": "string", "enum": ["<b>x</b>"], "description": "x"}}}, "markup"),
        ({"properties": {"a": {"type": "boolean", "description": "<script>x</script>"}}}, "markup"),
        ({"properties": {"a": {"not": {}, "type": "boolean", "description": "x"}}}, "'not' is not used here"),
    ],
)
def test_a_schema_outside_the_dialect_is_found(change: dict[str, Any], said: str) -> None:
    schema = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {"a": {"type": "boolean", "description": "whether"}},
        "required": [],
        "additionalProperties": False,
        **change,
    }

    assert any(said in finding for finding in check_schema(schema, "input")), check_schema(schema, "input")


def test_schemas_inside_schemas_end_somewhere() -> None:
    schema: dict[str, Any] = {"type": "boolean"}
    for _ in range(6):
        schema = {"type": "array", "items": schema, "maxItems": 5}
    whole = {
        "$schema": DIALECT,
        "type": "object",
        "properties": {"a": {**schema, "description": "x"}},
        "required": [],
        "additionalProperties": False,
    }

    assert any("too deep" in finding for finding in check_schema(whole, "output"))
