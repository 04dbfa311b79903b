"""Malformed inputs derived from a schema: really malformed, of every kind, each naming the field that is wrong."""

from shared.builds.test_plan import MOST_MALFORMED, make_malformed_inputs
from shared.specs.acceptance import find_schema_violations
from shared.specs.spec import AgentSpec, Example
from tests.fakes.agent_specs import a_spec, good_agent
from tests.fakes.agent_tasks import InProcessAgent


def test_every_case_is_invalid_and_every_kind_of_mistake_is_there() -> None:
    spec = a_spec()
    cases = make_malformed_inputs(spec)
    assert len(cases) <= MOST_MALFORMED
    assert all(find_schema_violations(spec.input_schema, case.input) for case in cases)
    kinds = {case.name.split(" ")[0] for case in cases}
    assert kinds >= {
        "not_an_object", "unknown", "wrong_type", "null", "not_a_choice", "wrong_form", "too_long", "too_short",
        "too_large", "too_small", "too_few", "too_many", "wrong_entry", "missing",
    }  # fmt: skip
    assert len({case.name for case in cases}) == len(cases)


def test_the_sdk_refuses_each_and_names_the_field_that_was_made_wrong() -> None:
    spec = a_spec()
    agent = InProcessAgent(spec, good_agent)
    for case in make_malformed_inputs(spec):
        reply = agent.call("r", case.input)
        assert reply.status == "failed", case.name
        assert reply.error.code == "invalid_input", case.name
        assert reply.error.field == case.field, case.name


def test_parts_of_records_are_made_wrong_too() -> None:
    spec = with_lines(a_spec())
    names = {case.name: case.field for case in make_malformed_inputs(spec)}
    assert names["missing_part lines.0.label"] == "lines.0.label"
    assert names["part_wrong_type lines.0.amount"] == "lines.0.amount"
    agent = InProcessAgent(spec, good_agent)
    for case in make_malformed_inputs(spec):
        reply = agent.call("r", case.input)
        assert reply.status == "failed"
        assert reply.error.field == case.field, case.name


def test_a_schema_that_allows_everything_has_only_a_few_malformed_inputs() -> None:
    spec = a_spec(input_schema={"type": "object", "properties": {}})
    assert [case.name for case in make_malformed_inputs(spec)] == ["not_an_object list", "not_an_object null"]


def with_lines(spec: AgentSpec) -> AgentSpec:
    record = {
        "type": "object",
        "properties": {"label": {"type": "string", "maxLength": 50}, "amount": {"type": "number"}},
        "required": ["label", "amount"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {"lines": {"type": "array", "items": record, "minItems": 1, "maxItems": 5}},
        "required": ["lines"],
        "additionalProperties": False,
    }
    lines = [{"label": "rent", "amount": 900.5}, {"label": "power", "amount": 80}]
    examples = tuple(Example(name=f"e{number}", input={"lines": lines}) for number in range(5))
    return spec.model_copy(update={"input_schema": schema, "examples": examples})
