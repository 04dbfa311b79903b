"""Query parameters as one model, read by pydantic in one step: the framework's own way costs more than everything else
in a list request.

The route takes the `Request`, calls `read_query`, and documents the parameters with
`openapi_extra=describe_query_parameters(Model)`.
"""

from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

Query = TypeVar("Query", bound=BaseModel)


def read_query(request: Request, model: type[Query]) -> Query:
    """The query as a model. Raises the framework's RequestValidationError, which is rendered as for any other request.

    A repeated parameter is refused, since two readers could use different values. Bytes that are not text are refused,
    too.
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
    """The `parameters` of an operation, made from the model's fields."""
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
    """The field's schema without null (a query leaves the parameter out instead) and with enumerations inlined."""
    kept = {name: value for name, value in field.items() if name not in ("title", "description")}
    options = [option for option in kept.pop("anyOf", []) if option != {"type": "null"}]
    if options:
        kept.update(options[0])
        kept.pop("default", None)
    definition: dict[str, Any] = definitions.get(kept.pop("$ref", ""), {})
    return {**{name: value for name, value in definition.items() if name not in ("title", "description")}, **kept}
