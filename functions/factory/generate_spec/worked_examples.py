"""Worked examples in the form of this prompt: an opportunity, and the draft that answers it."""

import json

from functions.factory.generate_spec.draft import CheckDraft, ExampleDraft, FieldDraft, SpecDraft
from shared.builds.worked_examples import WorkedExample, choose_one_of_each_template, keep_within_size
from shared.specs.schema_fields import list_schema_fields
from shared.specs.schemas import Schema
from shared.specs.spec import AgentSpec
from shared.values import Json

MOST = 3
"""One example for each template, because choosing the template is part of the task."""


def write_spec_examples() -> tuple[str, ...]:
    """The examples. They are the same for every opportunity, so that the prompt cache can hold them."""
    return keep_within_size(map(_write_block, choose_one_of_each_template()), MOST)


def make_draft(spec: AgentSpec) -> SpecDraft:
    """The draft from which `assemble` makes this spec."""
    capabilities = spec.capabilities
    return SpecDraft.model_validate(
        {
            **spec.model_dump(include={"name", "slug", "tagline", "description", "category", "template"}),
            "tags": list(spec.tags),
            "input_fields": _list_fields(spec.input_schema),
            "output_fields": _list_fields(spec.output_schema),
            "effects": list(capabilities.effects),
            "hosts": list(capabilities.hosts),
            "hosts_from_input": list(capabilities.hosts_from_input),
            "budgets": capabilities.budgets.model_dump(),
            "examples": [ExampleDraft(name=one.name, input_json=_write_json(one.input)) for one in spec.examples],
            "acceptance": [
                CheckDraft(path=one.path, check=one.check, value_json=_write_json(one.value), why=one.why)
                for one in spec.acceptance
            ],
        }
    )


def _write_block(example: WorkedExample) -> str:
    draft = make_draft(example.spec).model_dump(mode="json")
    return example.mark(f"opportunity: {_write_json(example.opportunity)}\n\nanswer: {_write_json(draft)}")


def _list_fields(schema: Schema) -> list[FieldDraft]:
    return [FieldDraft.model_validate(field.model_dump()) for field in list_schema_fields(schema)]


def _write_json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
