"""A customer's input against the agent's schema: refused with the name of the field that is wrong, before anything
runs.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from shared.errors import DomainProblem
from shared.values import Json

MAX_SHOWN = 10
MAX_NAME = 200
# A `$ref` to elsewhere is an error, never a request of ours to an address that a schema chose.
_NO_REMOTE_SCHEMAS: Registry[Any] = Registry()


class InputInvalid(DomainProblem):
    """`extra.errors` has the shape of every validation problem: `[{"field", "location", "message"}]`."""

    status = 422
    type = "validation"
    title = "The input does not fit the agent's input schema"

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        found = list(errors)[:MAX_SHOWN]
        listed = [{"field": field, "location": "body", "message": message} for field, message in found]
        super().__init__("; ".join(f"{field}: {message}" for field, message in found), extra={"errors": listed})


def check_input(run_input: Mapping[str, Json], schema: Mapping[str, Json]) -> None:
    """Raise InputInvalid unless the input is plain JSON and fits the schema."""
    try:
        json.dumps(run_input, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "must be plain JSON: no NaN or Infinity, no lone surrogates, not nested without end"
        raise InputInvalid([("input", reason)]) from error
    wrong: Iterable[ValidationError] = Draft202012Validator(schema, registry=_NO_REMOTE_SCHEMAS).iter_errors(run_input)  # pyright: ignore
    found = sorted((field_of(error)[:MAX_NAME], message_of(error)) for error in wrong)
    if found:
        raise InputInvalid(found)


def field_of(error: ValidationError) -> str:
    """`input.urls.2`; for a missing or an unknown field its own name, not that of the object around it."""
    path = ["input", *(str(part) for part in error.absolute_path)]
    if error.validator == "required":
        missing = error.message.split("'")[1]
        return ".".join([*path, missing])
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})  # pyright: ignore
        unknown = sorted(name for name in error.instance if name not in known)  # pyright: ignore
        return ".".join([*path, *unknown[:1]])  # pyright: ignore
    return ".".join(path)


def message_of(error: ValidationError) -> str:
    """What is wrong, without repeating the value: it may be long, and is not ours to show."""
    value = error.validator_value  # pyright: ignore
    texts = {
        "required": "is required",
        "additionalProperties": "is not a field of this agent's input",
        "type": f"must be of type {value}",
        "enum": f"must be one of {value}",
        "minLength": f"must have at least {value} characters",
        "maxLength": f"must have at most {value} characters",
        "minItems": f"must have at least {value} items",
        "maxItems": f"must have at most {value} items",
        "minimum": f"must be at least {value}",
        "maximum": f"must be at most {value}",
        "pattern": f"must match {value}",
    }
    return texts.get(str(error.validator), f"does not fit `{error.validator}`")  # pyright: ignore
