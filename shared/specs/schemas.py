"""The JSON Schemas an agent may have: a small closed dialect of draft 2020-12, built from a list of typed fields.

Everything is bounded: objects are closed, texts and lists are limited, and records nest at most one level. All patterns
are our own. So neither a value nor a schema can make a validator slow.
"""

from enum import StrEnum
from typing import Annotated, cast

from pydantic import BaseModel, ConfigDict, Field

from shared.values import Json

Schema = dict[str, Json]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FIELD_NAME = r"^[a-z][a-z0-9_]{0,39}$"
DATE_PATTERN = r"^\d{4}-\d{2}-\d{2}$"
URL_PATTERN = r"^https?://[^\s]+$"
PATTERNS = frozenset({DATE_PATTERN, URL_PATTERN})

STRING_LENGTH = 500
TEXT_LENGTH = 40_000
URL_LENGTH = 2_000
LIST_ITEMS = 500
CHOICES = 40
DESCRIPTION_LENGTH = 400


class FieldKind(StrEnum):
    STRING = "string"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    URL = "url"
    STRING_LIST = "string_list"
    URL_LIST = "url_list"
    NUMBER_LIST = "number_list"
    RECORD = "record"
    RECORD_LIST = "record_list"


class LeafField(BaseModel):
    """A field without parts. `choices` closes a string; `minimum`/`maximum` bound a number, or a list's or text's
    length.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: FieldKind
    description: str
    required: bool = True
    choices: list[str] = []
    minimum: float | None = None
    maximum: float | None = None


class SchemaField(LeafField):
    """A field; `fields` are the parts of a record, or of each record in a list of records."""

    fields: Annotated[list[LeafField], Field(max_length=12)] = []


def make_object_schema(fields: list[SchemaField]) -> Schema:
    return {"$schema": DIALECT, **_make_object(cast("list[LeafField]", fields))}


def _make_object(fields: list[LeafField]) -> Schema:
    return {
        "type": "object",
        "properties": {field.name: _make_field(field) for field in fields},
        "required": list(dict.fromkeys(field.name for field in fields if field.required)),
        "additionalProperties": False,
    }


def _make_field(field: LeafField) -> Schema:
    return {"description": field.description, **_make_typed(field)}


def _make_typed(field: LeafField) -> Schema:
    match field.kind:
        case FieldKind.STRING:
            return {"type": "string", "enum": field.choices} if field.choices else _make_string(field, STRING_LENGTH)
        case FieldKind.TEXT:
            return _make_string(field, TEXT_LENGTH)
        case FieldKind.DATE:
            return {"type": "string", "pattern": DATE_PATTERN, "maxLength": 10}
        case FieldKind.URL:
            return {"type": "string", "pattern": URL_PATTERN, "maxLength": URL_LENGTH}
        case FieldKind.BOOLEAN:
            return {"type": "boolean"}
        case FieldKind.INTEGER:
            return {"type": "integer", **_make_bounds(field, "minimum", "maximum", whole=True)}
        case FieldKind.NUMBER:
            return {"type": "number", **_make_bounds(field, "minimum", "maximum", whole=False)}
        case FieldKind.STRING_LIST:
            items = (
                {"type": "string", "enum": field.choices} if field.choices else {"type": "string", "maxLength": 4_000}
            )
            return _list(field, items)
        case FieldKind.URL_LIST:
            return _list(field, {"type": "string", "pattern": URL_PATTERN, "maxLength": URL_LENGTH})
        case FieldKind.NUMBER_LIST:
            return _list(field, {"type": "number"})
        case FieldKind.RECORD:
            return _make_object(_make_parts(field))
        case FieldKind.RECORD_LIST:
            return _list(field, _make_object(_make_parts(field)))


def _make_parts(field: LeafField) -> list[LeafField]:
    return field.fields if isinstance(field, SchemaField) else []


def _make_string(field: LeafField, longest: int) -> Schema:
    lower = {"minLength": int(field.minimum)} if field.minimum and field.minimum > 0 else {}
    return {"type": "string", **lower, "maxLength": min(int(field.maximum or longest), longest)}


def _list(field: LeafField, items: Schema) -> Schema:
    lower = {"minItems": int(field.minimum)} if field.minimum and field.minimum > 0 else {}
    return {"type": "array", "items": items, **lower, "maxItems": min(int(field.maximum or LIST_ITEMS), LIST_ITEMS)}


def _make_bounds(field: LeafField, lower: str, upper: str, *, whole: bool) -> Schema:
    bounds = {lower: field.minimum, upper: field.maximum}
    return {name: int(value) if whole else value for name, value in bounds.items() if value is not None}
