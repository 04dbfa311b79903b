"""The JSON Schemas that an agent may ask the model's answer to fit: a small dialect that is cheap to check locally.

The schema comes from generated code. References are forbidden, so checking fetches nothing. Patterns are forbidden, so
no value is slow to check. Bounds are required, so no valid value is large.
"""

import json
from collections.abc import Mapping
from typing import cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from shared.values import Json

KEYWORDS = frozenset(
    {
        "$schema", "additionalProperties", "anyOf", "const", "description", "enum", "exclusiveMaximum",
        "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum",
        "properties", "required", "title", "type",
    }
)  # fmt: skip
LARGEST_SCHEMA_BYTES = 16_000
DEEPEST = 6
LARGEST_VALUE = 5_000
"""The most items plus hundreds of characters that the smallest valid value may have."""


def refuse_schema(schema: Mapping[str, Json]) -> str | None:
    """Why the schema may not be used; None if it may."""
    if len(json.dumps(schema)) > LARGEST_SCHEMA_BYTES:
        return f"is over {LARGEST_SCHEMA_BYTES} bytes"
    if schema.get("type") != "object":
        return "does not describe an object"
    refused = _find_foreign(schema, 0)
    if refused:
        return refused
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError:
        return "is not a JSON Schema"
    return "asks for too large an answer" if count_least_size(schema) > LARGEST_VALUE else None


def count_least_size(schema: Mapping[str, Json]) -> int:
    """Roughly the least size of a valid value: its number of items plus its hundreds of characters."""
    inner = cast("dict[str, Mapping[str, Json]]", schema.get("properties", {}))
    required = cast("list[str]", schema.get("required", []))
    size = 1 + int(schema.get("minLength", 0)) // 100 + sum(count_least_size(inner.get(name, {})) for name in required)
    items = cast("Mapping[str, Json]", schema.get("items", {}))
    if schema.get("minItems") and size <= LARGEST_VALUE:
        size += int(schema["minItems"]) * count_least_size(items)
    return size + max((count_least_size(branch) for branch in schema.get("anyOf", [])), default=0)


def _find_foreign(schema: Json, depth: int) -> str | None:
    """The first thing outside the dialect, in the schema or in one of its parts."""
    if depth > DEEPEST:
        return f"is nested deeper than {DEEPEST} levels"
    if not isinstance(schema, dict):
        return "has a part that is not an object"
    fields = cast("dict[str, Json]", schema)
    unknown = sorted(fields.keys() - KEYWORDS)
    if unknown:
        return f"uses {unknown[0][:40]!r}, which is not supported"
    properties = fields.get("properties", {})
    parts: list[Json] = list(cast("dict[str, Json]", properties).values()) if isinstance(properties, dict) else [None]
    branches = fields.get("anyOf", [])
    parts += cast("list[Json]", branches) if isinstance(branches, list) else [None]
    parts += [fields["items"]] if "items" in fields else []
    if not isinstance(fields.get("additionalProperties", False), bool):
        parts.append(fields["additionalProperties"])
    return next((refused for part in parts if (refused := _find_foreign(part, depth + 1))), None)
