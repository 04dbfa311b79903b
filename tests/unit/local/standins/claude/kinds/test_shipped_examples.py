"""The worked examples that the product ships are what the offline model's kinds make of their opportunities."""

import ast
import json

import pytest

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS, chosen_kind
from local.standins.claude.messages import read_question
from local.standins.claude.tasks import answer_task
from shared.adapters.claude import mark_data, read_prompt
from shared.builds.worked_examples import NAMES, read_worked_examples
from tests.integration.worked_examples import made_logic, made_spec

SHIPPED = {one.name: one for one in read_worked_examples()}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_every_kind_has_its_example() -> None:
    assert {kind.name for kind in KINDS} == set(NAMES)


@EVERY_KIND
def test_its_opportunity_calls_for_the_kind(kind: Kind) -> None:
    assert chosen_kind(Brief(SHIPPED[kind.name].opportunity)) is kind


@EVERY_KIND
def test_its_spec_and_logic_are_those_of_the_kind(kind: Kind) -> None:
    """After a change of a kind: `make examples`."""
    shipped = SHIPPED[kind.name]

    assert made_spec(kind) == shipped.spec
    assert ast.dump(ast.parse(made_logic(kind))) == ast.dump(ast.parse(shipped.logic_py))


@pytest.mark.parametrize("examples", [(), ('<example name="cash_flow">\nlogic_py:\nX = 1\n</example>\n',)])
def test_the_offline_model_reads_no_answer_from_the_examples_of_a_prompt(examples: tuple[str, ...]) -> None:
    data = {"opportunity": SHIPPED["price_plan"].opportunity, "findings": []}
    texts = [read_prompt("generate_spec"), *examples]
    body = {
        "model": "m",
        "max_tokens": 8_000,
        "system": [{"type": "text", "text": text} for text in texts],
        "messages": [{"role": "user", "content": mark_data(data)}],
        "output_config": {
            "format": {"type": "json_schema", "schema": {"type": "object", "additionalProperties": False}}
        },
    }
    question = read_question({"x-api-key": "k", "anthropic-version": "1"}, json.dumps(body).encode())

    assert (question.task, question.data) == ("generate_spec", data)
    assert answer_task(question.task, question.data, {})["name"].startswith("Price Planner")
