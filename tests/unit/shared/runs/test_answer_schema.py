"""Schemas from generated code: a bounded dialect that is checked without fetching anything or running for long."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from referencing.exceptions import Unresolvable

from shared.runs.allowance import LlmArgs
from shared.runs.answer_schema import refuse_schema
from shared.runs.llm_effect import LlmAnswer, LlmAnswerInvalid, make_llm_value
from shared.runs.synthesis import synthesize
from shared.specs.acceptance import find_schema_violations
from tests.fakes.served import served
from tests.unit.shared.runs.test_simulation import FORMS, schemas


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = an_object(part=schema)
    return schema


@pytest.mark.parametrize(
    "schema",
    [
        an_object(),
        an_object(label={"type": "string", "enum": ["a", "b"]}, score={"type": "number", "minimum": 0, "maximum": 10}),
        an_object(lines={"type": "array", "items": {"type": "string", "maxLength": 200}, "minItems": 1, "maxItems": 9}),
        an_object(maybe={"anyOf": [{"type": "string"}, {"type": "null"}]}, other={"type": ["string", "null"]}),
        deep(5),
    ],
)
def test_ordinary_schemas_are_fine(schema: dict[str, Any]) -> None:
    assert refuse_schema(schema) is None
    assert find_schema_violations(schema, synthesize(schema, ["a", "b"], forms=FORMS)) == []


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "string"},
        {"type": "array", "items": {"type": "string"}},
        {"$ref": "https://attacker.example/schema"},
        an_object(part={"$ref": "#"}),
        an_object(part={"$dynamicRef": "#x"}),
        an_object(part={"type": "string", "pattern": "(a+)+$"}),
        an_object(part={"type": "object", "patternProperties": {"(a+)+$": {}}}),
        an_object(part={"type": "array", "uniqueItems": True}),
        an_object(part={"type": "array", "minItems": 1_000_000_000, "items": {"type": "string"}}),
        an_object(
            part={
                "type": "array",
                "minItems": 100,
                "items": {"type": "array", "minItems": 100, "items": {"type": "string"}},
            }
        ),
        an_object(part={"type": "string", "minLength": 10**9}),
        an_object(part={"type": "nonsense"}),
        an_object(part=5),
        an_object(part=True),
        {"type": "object", "properties": 5},
        {"type": "object", "properties": {}, "anyOf": 5},
        {"type": "object", "properties": {}, "required": "x"},
        {"type": "object", "properties": {}, "additionalProperties": {"$ref": "https://attacker.example/"}},
        deep(8),
        an_object(part={"type": "string", "description": "x" * 20_000}),
    ],
)
def test_others_are_refused_with_a_reason(schema: dict[str, Any]) -> None:
    assert refuse_schema(schema)


@settings(max_examples=100, deadline=None)
@given(part=schemas)
def test_no_schema_makes_the_check_fail(part: dict[str, Any]) -> None:
    refusal = refuse_schema(an_object(part=part))
    assert refusal is None or "pattern" in refusal or "nested" in refusal


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A server that counts who comes for a schema."""
    app, seen = FastAPI(), list[str]()

    @app.get("/schema")
    def schema() -> dict[str, str]:
        seen.append("fetched")
        return {"type": "object"}

    with served(app) as address:
        yield f"http://{address}/schema", seen


def test_a_reference_is_never_followed_wherever_a_schema_is_used(elsewhere: tuple[str, list[str]]) -> None:
    url, seen = elsewhere
    args = LlmArgs(instruction="x", answer_schema={"$ref": url})
    with pytest.raises(LlmAnswerInvalid):
        make_llm_value(args, LlmAnswer(text="{}"))
    with pytest.raises(Unresolvable):
        find_schema_violations({"$ref": url}, {})
    assert seen == []
