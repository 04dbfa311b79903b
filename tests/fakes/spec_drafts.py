"""A draft as the model gives it, that may stand; tests change one thing at a time."""

import json
from copy import deepcopy
from typing import Any

from functions.factory.generate_spec.draft import SpecDraft


def _field(name: str, kind: str, **more: Any) -> dict[str, Any]:
    base = {"required": True, "choices": [], "minimum": None, "maximum": None, "fields": []}
    return {"name": name, "kind": kind, "description": f"The {name.replace('_', ' ')} of the page", **base, **more}


DRAFT: dict[str, Any] = {
    "name": "Price Watch",
    "slug": "price-watch",
    "tagline": "Tells you when a price on a page changes",
    "description": "Reads the pages you name, compares their prices with the last visit and reports what changed.",
    "category": "sales",
    "tags": ["Price Watch", "pages"],
    "template": "monitoring",
    "input_fields": [_field("pages", "url_list", minimum=1, maximum=5), _field("note", "string", required=False)],
    "output_fields": [
        _field("summary", "string"),
        _field("changed", "integer", minimum=0),
        _field("pages", "url_list"),
    ],
    "effects": ["fetch", "recall", "remember", "now"],
    "hosts": [],
    "hosts_from_input": ["pages"],
    "budgets": {"llm_calls": 9, "llm_tokens": 9, "fetches": 5, "fetch_bytes": 0, "memory_keys": 5, "notifications": 5},
    "examples": [
        {"name": f"example {n}", "input_json": json.dumps({"pages": [f"http://shop{n}.test/prices"]})}
        for n in range(1, 6)
    ],
    "acceptance": [
        {"path": "/summary", "check": "not_empty", "value_json": "null", "why": "there is something to read"},
        {"path": "/changed", "check": "min", "value_json": "0", "why": "a count is never negative"},
        {"path": "/pages", "check": "same_length_as_input", "value_json": '"/pages"', "why": "every page is reported"},
    ],
}


def a_draft(**changes: Any) -> SpecDraft:
    return SpecDraft.model_validate({**deepcopy(DRAFT), **changes})
