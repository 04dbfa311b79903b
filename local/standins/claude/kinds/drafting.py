"""Shorthand for the parts of a spec draft, in the shape that `generate_spec` asks for."""

import json
import re
from dataclasses import dataclass
from typing import Any

from local.standins.claude.kinds.brief import shortened

NAME_LENGTH = 60
SLUG_LENGTH = 48

Json = Any
Draft = dict[str, Json]


def example(name: str, **values: Json) -> Draft:
    return {"name": name, "input_json": json.dumps(values, ensure_ascii=False)}


def check(path: str, kind: str, why: str, value: Json = None) -> Draft:
    return {"path": path, "check": kind, "value_json": json.dumps(value, ensure_ascii=False), "why": why}


@dataclass(frozen=True)
class Shape:
    """The parts of a spec that a kind decides; the opportunity gives the words."""

    name: str
    tagline: str
    does: str
    category: str
    tags: tuple[str, ...]
    input_fields: tuple[Draft, ...]
    output_fields: tuple[Draft, ...]
    effects: tuple[str, ...]
    examples: tuple[Draft, ...]
    acceptance: tuple[Draft, ...]
    hosts_from_input: tuple[str, ...] = ()
    llm_calls: int = 0
    llm_tokens: int = 0
    fetches: int = 0
    fetch_bytes: int = 0
    memory_keys: int = 0
    notifications: int = 0

    def draft(self, template: str, topic: str, about: str) -> Draft:
        name = f"{self.name}: {shortened(topic, NAME_LENGTH - 2 - len(self.name))}"
        slug = f"{self.name} {shortened(topic, SLUG_LENGTH - 1 - len(self.name))}".lower()
        return {
            "name": name,
            "slug": re.sub(r"[^a-z0-9]+", "-", slug).strip("-"),
            "tagline": self.tagline,
            "description": f"{self.does} {about}".strip()[:1_900],
            "category": self.category,
            "tags": list(dict.fromkeys([*self.tags, template.replace("_", "-")])),
            "template": template,
            "input_fields": list(self.input_fields),
            "output_fields": list(self.output_fields),
            "effects": list(self.effects),
            "hosts": [],
            "hosts_from_input": list(self.hosts_from_input),
            "budgets": {
                "llm_calls": self.llm_calls,
                "llm_tokens": self.llm_tokens,
                "fetches": self.fetches,
                "fetch_bytes": self.fetch_bytes,
                "memory_keys": self.memory_keys,
                "notifications": self.notifications,
            },
            "examples": list(self.examples),
            "acceptance": list(self.acceptance),
        }
