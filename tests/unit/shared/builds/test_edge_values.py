"""The edges of an input schema: valid, bounded in number, and those that generated agents forget."""

from typing import Any

import pytest

from shared.builds.edge_values import MOST_EDGES, make_edge_inputs
from shared.runs.run_input import check_input
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec


def a_spec_of(fields: dict[str, Any], example: dict[str, Any]) -> AgentSpec:
    spec = a_spec()
    schema = {"type": "object", "additionalProperties": False, "required": sorted(fields), "properties": fields}
    examples = tuple(one.model_copy(update={"input": example}) for one in spec.examples)
    return spec.model_copy(update={"input_schema": schema, "examples": examples})


def values(field: dict[str, Any], example: Any) -> dict[str, Any]:
    return {edge.name: edge.input["it"] for edge in make_edge_inputs(a_spec_of({"it": field}, {"it": example}))}


def test_numbers_are_tried_at_their_bounds_and_as_they_may_be_written() -> None:
    found = values({"type": "number", "minimum": 0, "maximum": 2e15}, 3)
    assert found == {"all at the least": 0, "all at the most": 2e15, "all 1e15": 1e15, "all written as 1.0": 3.0}
    assert isinstance(found["all written as 1.0"], float)


def test_a_whole_number_reaches_the_agent_as_one_however_it_is_written() -> None:
    found = values({"type": "integer", "minimum": 1}, 3)
    assert found == {"all at the least": 1, "all 1e15": 10**15}
    assert {type(value) for value in found.values()} == {int}


def test_a_number_that_may_not_be_so_large_is_not_tried() -> None:
    assert "all 1e15" not in values({"type": "integer", "minimum": 1, "maximum": 10}, 3)


def test_texts_are_tried_at_their_lengths_and_in_digits_of_other_scripts() -> None:
    found = values({"type": "string", "minLength": 2, "maxLength": 40}, "two words")
    assert found["all at the least"] == "tw"
    assert len(found["all at the most"]) == 40
    assert found["all at the most"].startswith("two words two words")
    assert any(
        character.isnumeric() and not character.isascii() for character in found["all in digits of other scripts"]
    )


def test_lists_are_tried_as_short_and_as_long_as_they_may_be_and_with_edges_inside() -> None:
    found = values(
        {"type": "array", "minItems": 0, "maxItems": 5, "items": {"type": "integer", "minimum": 0, "maximum": 9}},
        [1, 2],
    )
    assert found["all at the least"] == []
    assert found["all at the most"] == [9, 9, 9, 9, 9]


def test_choices_and_forms_are_left_as_they_are() -> None:
    fields = {"it": {"type": "string", "enum": ["a", "b"]}, "on": {"type": "string", "pattern": "^x$"}}
    assert make_edge_inputs(a_spec_of(fields, {"it": "a", "on": "x"})) == []


@pytest.mark.parametrize("fields", [1, 30])
def test_every_edge_is_valid_and_new_and_there_are_not_many(fields: int) -> None:
    number = {"type": "number", "minimum": -1, "maximum": 1e16}
    spec = a_spec_of({f"n{place}": number for place in range(fields)}, {f"n{place}": 3 for place in range(fields)})
    for tried in (spec, a_spec()):
        found = make_edge_inputs(tried)
        assert 0 < len(found) <= MOST_EDGES
        assert [edge for edge in found if edge.input == tried.examples[0].input and "1.0" not in edge.name] == []
        assert all(check_input(edge.input, tried.input_schema) == edge.input for edge in found)
        assert found == make_edge_inputs(tried)
