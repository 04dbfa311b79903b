"""Checks a customer's input against the agent's schema before anything runs. A refusal names the wrong field."""

import json
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite
from typing import cast

from jsonschema.exceptions import ValidationError

from shared.errors import DomainProblem
from shared.specs.json_schema import make_schema_validator
from shared.values import Json

MAX_SHOWN = 10
MAX_NAME = 200
MAX_DEPTH = 64
EXACT = 2**53
"""Up to this size a double holds every whole number exactly (RFC 7493)."""


class InputInvalid(DomainProblem):
    """`extra.errors` has the shape of every validation problem: `[{"field", "location", "message"}]`."""

    status = 422
    type = "validation"
    title = "The input does not fit the agent's input schema"

    def __init__(self, errors: Iterable[tuple[str, str]]) -> None:
        found = list(errors)[:MAX_SHOWN]
        listed = [{"field": field, "location": "body", "message": message} for field, message in found]
        super().__init__("; ".join(f"{field}: {message}" for field, message in found), extra={"errors": listed})


def check_input(run_input: Mapping[str, Json], schema: Mapping[str, Json]) -> dict[str, Json]:
    """The input as the agent gets it: `1.0` becomes 1 where the schema asks for an integer. Raises InputInvalid unless
    the input is plain JSON and fits the schema.
    """
    endless = list(_find_not_finite(run_input, "input"))
    if endless:
        raise InputInvalid((field[:MAX_NAME], "must be a finite number") for field in endless)
    try:
        json.dumps(run_input, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as error:
        reason = "must be plain JSON: no NaN or Infinity, no lone surrogates, not nested without end"
        raise InputInvalid([("input", reason)]) from error
    wrong: Iterable[ValidationError] = make_schema_validator(schema).iter_errors(run_input)  # pyright: ignore
    found = sorted((name_field(error)[:MAX_NAME], write_message(error)) for error in wrong)
    if found:
        raise InputInvalid(found)
    return cast("dict[str, Json]", _make_integers(run_input, schema, "input"))


def _find_not_finite(value: Json, field: str, depth: int = 0) -> Iterator[str]:
    """The fields that hold NaN or infinity; a number like 1e400 is read as infinity. A later check refuses deep
    nesting.
    """
    if isinstance(value, float) and not isfinite(value):
        yield field
    if depth < MAX_DEPTH:
        for name, part in _list_parts(value):
            yield from _find_not_finite(part, f"{field}.{name}", depth + 1)


def _list_parts(value: Json) -> Iterable[tuple[str | int, Json]]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Json]", value).items()
    return enumerate(cast("list[Json]", value)) if isinstance(value, list) else ()


def _make_integers(value: Json, schema: Json, field: str) -> Json:
    """Turn 1.0 into 1 where the schema asks for an integer: it is one in JSON Schema, but not in an agent's code."""
    if not isinstance(schema, Mapping):
        return value
    rules = cast("Mapping[str, Json]", schema)
    if isinstance(value, float) and rules.get("type") == "integer":
        if abs(value) > EXACT:
            raise InputInvalid(
                [(field[:MAX_NAME], f"must be written without a decimal point or exponent above {EXACT}")]
            )
        return int(value)
    if isinstance(value, Mapping):
        known = cast("Mapping[str, Json]", rules.get("properties", {}))
        fields = cast("Mapping[str, Json]", value)
        return {name: _make_integers(part, known.get(name), f"{field}.{name}") for name, part in fields.items()}
    if isinstance(value, list):
        entries = cast("list[Json]", value)
        return [_make_integers(part, rules.get("items"), f"{field}.{place}") for place, part in enumerate(entries)]
    return value


def name_field(error: ValidationError) -> str:
    """The path of the wrong field, such as `input.urls.2`. A missing or unknown field is named itself, not its
    parent.
    """
    path = ["input", *(str(part) for part in error.absolute_path)]
    if error.validator == "required":
        missing = error.message.split("'")[1]
        return ".".join([*path, missing])
    if error.validator == "additionalProperties":
        known = error.schema.get("properties", {})  # pyright: ignore
        unknown = sorted(name for name in error.instance if name not in known)  # pyright: ignore
        return ".".join([*path, *unknown[:1]])  # pyright: ignore
    return ".".join(path)


def write_message(error: ValidationError) -> str:
    """What is wrong, without the value: the value may be long, and may be private."""
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
