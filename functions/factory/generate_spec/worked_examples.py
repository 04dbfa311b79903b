"""Worked examples as this prompt shows them: an opportunity, and the draft that answers it."""

import json

from functions.factory.generate_spec.draft import CheckDraft, ExampleDraft, FieldDraft, SpecDraft
from shared.builds.worked_examples import WorkedExample, one_of_each_template, within_size
from shared.specs.schema_fields import schema_fields
from shared.specs.schemas import Schema
from shared.specs.spec import AgentSpec
from shared.values import Json

MOST = 3
"""One of each template: which to choose is part of the task."""


def spec_examples() -> tuple[str, ...]:
    """The same for every opportunity, so that the prompt cache holds them."""
    return within_size(map(_block, one_of_each_template()), MOST)


def draft_of(spec: AgentSpec) -> SpecDraft:
    """The draft that `assemble` makes the spec of."""
    capabilities = spec.capabilities
    return SpecDraft.model_validate(
        {
            **spec.model_dump(include={"name", "slug", "tagline", "description", "category", "template"}),
            "tags": list(spec.tags),
            "input_fields": _fields(spec.input_schema),
            "output_fields": _fields(spec.output_schema),
            "effects": list(capabilities.effects),
            "hosts": list(capabilities.hosts),
            "hosts_from_input": list(capabilities.hosts_from_input),
            "budgets": capabilities.budgets.model_dump(),
            "examples": [ExampleDraft(name=one.name, input_json=_json(one.input)) for one in spec.examples],
            "acceptance": [
                CheckDraft(path=one.path, check=one.check, value_json=_json(one.value), why=one.why)
                for one in spec.acceptance
            ],
        }
    )


def _block(example: WorkedExample) -> str:
    draft = draft_of(example.spec).model_dump(mode="json")
    return example.marked(f"opportunity: {_json(example.opportunity)}\n\nanswer: {_json(draft)}")


def _fields(schema: Schema) -> list[FieldDraft]:
    return [FieldDraft.model_validate(field.model_dump()) for field in schema_fields(schema)]


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
