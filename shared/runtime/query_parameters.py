"""Query parameters as one model, read by pydantic in one step: the framework's own way costs more than the rest of a
list.

The route takes the `Request`, calls `read_query`, and documents the parameters with
`openapi_extra=query_parameters(Model)`.
"""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Query = TypeVar("Query", bound=BaseModel)


def read_query(request: Request, model: type[Query]) -> Query:
    """Raises the framework's RequestValidationError, which is rendered like that of any other request.

    A parameter that is given twice is refused: two readers could each take another one of them. So are bytes that are
    no text.
    """
    try:
        pairs = parse_qsl(request.scope["query_string"].decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise RequestValidationError([{"type": "encoding", "loc": ("query",), "msg": "Is not UTF-8"}]) from error
    values = dict(pairs)
    if len(values) != len(pairs):
        twice = next(name for number, (name, _) in enumerate(pairs) if name in dict(pairs[:number]))
        raise RequestValidationError([{"type": "repeated", "loc": ("query", twice), "msg": "Give it once"}])
    try:
        return model.model_validate(values)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise RequestValidationError([{**item, "loc": ("query", *item["loc"])} for item in found]) from error


def describe_query_parameters(model: type[BaseModel]) -> dict[str, Any]:
    """The `parameters` of an operation from the model's fields."""
    schema = model.model_json_schema(ref_template="{model}")
    required = set(schema.get("required", ()))
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            **({"description": field["description"]} if "description" in field else {}),
            "schema": _resolve_references(field, schema.get("$defs", {})),
        }
        for name, field in schema["properties"].items()
    ]
    return {"parameters": parameters}


def _resolve_references(field: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Without null, which a query cannot say (leaving the parameter out says it), and with enumerations spelt out."""
    kept = {name: value for name, value in field.items() if name not in ("title", "description")}
    options = [option for option in kept.pop("anyOf", []) if option != {"type": "null"}]
    if options:
        kept.update(options[0])
        kept.pop("default", None)
    definition: dict[str, Any] = definitions.get(kept.pop("$ref", ""), {})
    return {**{name: value for name, value in definition.items() if name not in ("title", "description")}, **kept}
