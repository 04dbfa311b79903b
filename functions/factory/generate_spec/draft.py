"""The model's answer: a spec as typed lists, with JSON values as text. Code turns it into an AgentSpec or says why it
cannot.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.specs.effects import EffectKind
from shared.specs.schemas import FieldKind
from shared.specs.spec import Category, Template


class Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class LeafFieldDraft(Draft):
    """`choices` closes a string; `minimum` and `maximum` bound a number, or the length of a text or list."""

    name: str
    kind: FieldKind
    description: str
    required: bool
    choices: list[str]
    minimum: float | None
    maximum: float | None


class FieldDraft(LeafFieldDraft):
    """`fields` only for `record` and `record_list`."""

    fields: list[LeafFieldDraft]


class BudgetsDraft(Draft):
    llm_calls: int
    llm_tokens: int
    fetches: int
    fetch_bytes: int
    memory_keys: int
    notifications: int


class ExampleDraft(Draft):
    """`input_json`: one JSON object that fits the input fields."""

    name: str
    input_json: str


class CheckDraft(Draft):
    """`value_json`: the check's value as JSON, `null` where it takes none."""

    path: str
    check: Literal["present", "not_empty", "min", "max", "one_of", "mentions_input", "same_length_as_input"]
    value_json: str
    why: str


class SpecDraft(Draft):
    name: str
    slug: str
    tagline: str
    description: str
    category: Category
    tags: list[str]
    template: Template
    input_fields: list[FieldDraft]
    output_fields: list[FieldDraft]
    effects: list[EffectKind]
    hosts: list[str]
    hosts_from_input: list[str]
    budgets: BudgetsDraft
    examples: list[ExampleDraft]
    acceptance: list[CheckDraft]
