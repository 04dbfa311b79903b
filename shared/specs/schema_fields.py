"""The typed fields of a schema: the arguments of `make_object_schema`, read back from its result."""

from typing import cast

from shared.specs.schemas import (
    DATE_PATTERN,
    LIST_ITEMS,
    STRING_LENGTH,
    TEXT_LENGTH,
    URL_PATTERN,
    FieldKind,
    LeafField,
    Schema,
    SchemaField,
)
from shared.values import Json

PATTERN_KINDS = {DATE_PATTERN: FieldKind.DATE, URL_PATTERN: FieldKind.URL}
PLAIN_KINDS = {"boolean": FieldKind.BOOLEAN, "integer": FieldKind.INTEGER, "number": FieldKind.NUMBER}


def list_schema_fields(schema: Schema) -> list[SchemaField]:
    """Fields that make the same schema again. A long text with a small limit comes back as a string, since their
    schemas are the same.
    """
    required = set(cast("list[str]", schema["required"]))
    return [
        _read_field(name, part, name in required)
        for name, part in cast("dict[str, Schema]", schema["properties"]).items()
    ]


def _read_field(name: str, schema: Schema, required: bool) -> SchemaField:
    typed = {"name": name, "description": schema["description"], "required": required, **_read_type(schema)}
    return SchemaField.model_validate(typed)


def _read_type(schema: Schema) -> dict[str, Json]:
    match schema["type"]:
        case "string":
            return _read_string(schema)
        case "array":
            return _list(schema)
        case "object":
            return {"kind": FieldKind.RECORD, "fields": _read_parts(schema)}
        case plain:
            return {
                "kind": PLAIN_KINDS[plain],
                "minimum": schema.get("minimum"),
                "maximum": schema.get("maximum"),
            }


def _read_string(schema: Schema) -> dict[str, Json]:
    if "enum" in schema:
        return {"kind": FieldKind.STRING, "choices": schema["enum"]}
    if "pattern" in schema:
        return {"kind": PATTERN_KINDS[schema["pattern"]]}
    longest = schema["maxLength"]
    kind = FieldKind.STRING if longest <= STRING_LENGTH else FieldKind.TEXT
    usual = longest in {STRING_LENGTH, TEXT_LENGTH}
    return {"kind": kind, "minimum": schema.get("minLength"), "maximum": None if usual else longest}


def _list(schema: Schema) -> dict[str, Json]:
    bounds = {
        "minimum": schema.get("minItems"),
        "maximum": None if schema["maxItems"] == LIST_ITEMS else schema["maxItems"],
    }
    items = cast("Schema", schema["items"])
    if items["type"] == "object":
        return {"kind": FieldKind.RECORD_LIST, "fields": _read_parts(items), **bounds}
    if items["type"] == "number":
        return {"kind": FieldKind.NUMBER_LIST, **bounds}
    if items.get("pattern") == URL_PATTERN:
        return {"kind": FieldKind.URL_LIST, **bounds}
    return {"kind": FieldKind.STRING_LIST, "choices": items.get("enum", []), **bounds}


def _read_parts(schema: Schema) -> list[LeafField]:
    return [LeafField.model_validate(part.model_dump(exclude={"fields"})) for part in list_schema_fields(schema)]
