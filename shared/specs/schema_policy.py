"""Whether a JSON Schema belongs to the dialect of `shared.specs.schemas`, also if it comes from a stored document."""

import re
from typing import cast

from shared.specs.schemas import CHOICES, DESCRIPTION_LENGTH, DIALECT, FIELD_NAME, LIST_ITEMS, PATTERNS, TEXT_LENGTH
from shared.untrusted_text.plain_text import check_text
from shared.values import Json

MOST_FIELDS = {"input": 12, "output": 20}
MOST_PARTS = 12
DEEPEST = 4
KEYWORDS: dict[str, frozenset[str]] = {
    "object": frozenset({"properties", "required", "additionalProperties"}),
    "array": frozenset({"items", "minItems", "maxItems"}),
    "string": frozenset({"enum", "pattern", "minLength", "maxLength"}),
    "integer": frozenset({"minimum", "maximum"}),
    "number": frozenset({"minimum", "maximum"}),
    "boolean": frozenset(),
}


def check_schema(schema: dict[str, Json], side: str) -> list[str]:
    """`side` is `input` or `output`. Faults as sentences; empty if `make_object_schema` could have built the schema."""
    where = f"{side}_schema"
    if schema.get("$schema") != DIALECT or schema.get("type") != "object":
        return [f"{where}: must be an object of JSON Schema draft 2020-12"]
    body = {key: value for key, value in schema.items() if key != "$schema"}
    return _check(body, where, MOST_FIELDS[side], 0)


def _check(schema: Json, where: str, most: int, depth: int) -> list[str]:
    if not isinstance(schema, dict) or depth > DEEPEST:
        return [f"{where}: too deep, or not a schema"]
    schema = cast(dict[str, Json], schema)
    kind = schema.get("type")
    if not isinstance(kind, str) or kind not in KEYWORDS:
        return [f"{where}: type must be one of {', '.join(KEYWORDS)}"]
    unknown = sorted(schema.keys() - KEYWORDS[kind] - {"type", "description"})
    findings = [f"{where}: the keyword {keyword!r} is not used here" for keyword in unknown]
    findings += _check_description(schema, where, required=0 < depth < 2)
    if kind == "object":
        return findings + _check_object(schema, where, most, depth)
    if kind == "array":
        findings += (
            [] if _is_within(schema.get("maxItems"), LIST_ITEMS) else [f"{where}: a list needs maxItems ≤ {LIST_ITEMS}"]
        )
        return findings + _check(schema.get("items"), f"{where}.items", MOST_PARTS, depth + 1)
    return findings + (_check_string(schema, where) if kind == "string" else [])


def _check_description(schema: dict[str, Json], where: str, *, required: bool) -> list[str]:
    text = schema.get("description", "")
    if not isinstance(text, str) or len(text) > DESCRIPTION_LENGTH:
        return [f"{where}: the description is a text of at most {DESCRIPTION_LENGTH} characters"]
    if required and "properties" in where and not text.strip():
        return [f"{where}: needs a description"]
    return check_text(where, text)


def _check_object(schema: dict[str, Json], where: str, most: int, depth: int) -> list[str]:
    properties, required = schema.get("properties"), schema.get("required")
    if (
        schema.get("additionalProperties") is not False
        or not isinstance(properties, dict)
        or not isinstance(required, list)
    ):
        return [f"{where}: an object lists its properties and required ones, with additionalProperties false"]
    properties, names = cast(dict[str, Json], properties), cast(list[Json], required)
    findings = list[str]()
    if not 1 <= len(properties) <= most:
        findings.append(f"{where}: needs 1 to {most} fields")
    findings += [
        f"{where}: {name!r} is not a field name (lower case, digits, _)"
        for name in properties
        if not re.fullmatch(FIELD_NAME, name)
    ]
    findings += [f"{where}: requires {name!r}, which it does not have" for name in names if name not in properties]
    for name, part in properties.items():
        findings += _check(part, f"{where}.properties.{name}", MOST_PARTS, depth + 1)
    return findings


def _check_string(schema: dict[str, Json], where: str) -> list[str]:
    if "enum" in schema:
        choices = schema["enum"]
        good = isinstance(choices, list) and all(isinstance(choice, str) for choice in cast(list[Json], choices))
        if not good or not 1 <= len(cast(list[str], choices)) <= CHOICES:
            return [f"{where}: enum is a list of 1 to {CHOICES} texts"]
        return [finding for choice in cast(list[str], choices) for finding in check_text(f"{where}.enum", choice)]
    findings = (
        [] if _is_within(schema.get("maxLength"), TEXT_LENGTH) else [f"{where}: a text needs maxLength ≤ {TEXT_LENGTH}"]
    )
    if "pattern" in schema and schema["pattern"] not in PATTERNS:
        findings.append(f"{where}: patterns are the platform's own")
    return findings


def _is_within(value: Json, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= most
