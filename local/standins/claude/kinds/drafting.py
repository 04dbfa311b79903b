"""The spec draft of a kind for an opportunity, in the form that `generate_spec` asks for."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.standins.claude.kinds.brief import Brief, shortened
from local.standins.claude.kinds.data import Flavour, KindData
from local.standins.claude.kinds.filling import fill
from local.standins.claude.kinds.shelves import shelf
from shared.specs.schemas import SchemaField
from shared.values import Json

NAME_LENGTH = 60
SLUG_LENGTH = 48
DESCRIPTION_LENGTH = 1_900

Draft = dict[str, Json]


@dataclass(frozen=True)
class Shape:
    """The parts of a draft that a kind decides; `rest` are those that need no more words of the opportunity."""

    name: str
    tagline: str
    does: str
    category: str
    tags: tuple[str, ...]
    rest: Draft

    def draft(self, template: str, topic: str, about: str) -> Draft:
        """`topic`: what the agent's name ends with. `about`: a sentence or two that its description ends with."""
        name = f"{self.name}: {shortened(topic, NAME_LENGTH - 2 - len(self.name))}"
        slug = f"{self.name} {shortened(topic, SLUG_LENGTH - 1 - len(self.name))}".lower()
        return {
            "name": name,
            "slug": re.sub(r"[^a-z0-9]+", "-", slug).strip("-"),
            "tagline": self.tagline,
            "description": f"{self.does} {about}".strip()[:DESCRIPTION_LENGTH],
            "category": self.category,
            "tags": list(dict.fromkeys([*self.tags, template.replace("_", "-")])),
            "template": template,
            **self.rest,
        }


def shape_of(data: KindData, flavour: Flavour, brief: Brief, values: Mapping[str, Json]) -> Shape:
    return Shape(
        name=flavour.agent,
        tagline=fill(flavour.tagline, values, "tagline"),
        does=fill(data.does, values, "does"),
        category=shelf(brief, flavour.category.value),
        tags=tuple(fill(data.tags, values, "tags")),
        rest=_rest(data, values),
    )


def _rest(data: KindData, values: Mapping[str, Json]) -> Draft:
    return {
        "input_fields": fill(_fields(data.inputs), values, "inputs"),
        "output_fields": fill(_fields(data.outputs), values, "outputs"),
        "effects": [effect.value for effect in data.effects],
        "hosts": [],
        "hosts_from_input": list(data.hosts_from_input),
        "budgets": data.budgets.model_dump(),
        "examples": [
            {"name": one.name, "input_json": _json(fill(one.input, values, f"examples.{place}.input"))}
            for place, one in enumerate(data.examples)
        ],
        "acceptance": [
            {
                "path": one.path,
                "check": one.check,
                "value_json": _json(fill(one.value, values, f"acceptance.{place}.value")),
                "why": one.why,
            }
            for place, one in enumerate(data.acceptance)
        ],
    }


def _fields(fields: tuple[SchemaField, ...]) -> list[Draft]:
    return [field.model_dump(mode="json") for field in fields]


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)
