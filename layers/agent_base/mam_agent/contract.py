"""The agent's own spec.json, as far as the task holds a run to it: schemas of input and output, declared effects."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match  # pyright: ignore[reportUnknownVariableType]
from referencing import Registry

from .effects import ARGUMENTS, Json

_LIMITS = {
    "maxLength": "is too long",
    "minLength": "is too short",
    "pattern": "does not have the required form",
    "format": "does not have the required form",
    "maxItems": "has too many items",
    "minItems": "has too few items",
    "uniqueItems": "has an item twice",
    "minimum": "is too small",
    "exclusiveMinimum": "is too small",
    "maximum": "is too large",
    "exclusiveMaximum": "is too large",
}


@dataclass(frozen=True)
class Wrong:
    """Where and how a value misses its schema. `field` is a path like `items.0.price`; empty for the value as a
    whole."""

    field: str
    message: str


@dataclass(frozen=True)
class Contract:
    input_schema: dict[str, Json]
    output_schema: dict[str, Json]
    effects: frozenset[str]

    def input_error(self, value: Json) -> Wrong | None:
        return _first_error(self.input_schema, value, lambda name: name[:80])

    def output_error(self, value: Json) -> Wrong | None:
        """Says names that the schema holds, and of any other, which is the agent's text, only how long it is."""
        known = frozenset(_names(self.output_schema))
        return _first_error(self.output_schema, value, lambda name: name if name in known else _unnamed(name))


def load_contract(path: Path) -> Contract:
    spec = json.loads(path.read_bytes())
    return Contract(
        input_schema=spec["input_schema"],
        output_schema=spec["output_schema"],
        effects=frozenset(spec["capabilities"]["effects"]) & ARGUMENTS.keys(),
    )


def _names(schema: Json) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast("dict[str, Json]", schema).items():
            yield key
            yield from _names(value)
    elif isinstance(schema, list):
        for part in cast("list[Json]", schema):
            yield from _names(part)


def _unnamed(name: str) -> str:
    return f"(a name of {len(name)} characters)"


def _first_error(schema: dict[str, Json], value: Json, show: Callable[[str], str]) -> Wrong | None:
    validator: Any = Draft202012Validator(schema, registry=Registry())
    error = cast(Any, best_match)(validator.iter_errors(value))
    return None if error is None else _describe(error, show)


def _describe(error: Any, show: Callable[[str], str]) -> Wrong:
    """Without the value itself, which may be long or private."""
    path = [str(part) if isinstance(part, int) else show(part) for part in error.absolute_path]
    if error.validator == "required":
        missing = next((name for name in error.validator_value if name not in error.instance), "")
        return _wrong([*path, missing], "is required")
    if error.validator == "additionalProperties":
        known = cast("dict[str, Json]", error.schema).get("properties", {})
        extra = next((name for name in error.instance if name not in known), "")
        return _wrong([*path, show(extra)], "is not known here")
    if error.validator == "type":
        kinds = error.validator_value
        return _wrong(path, f"must be of type {kinds if isinstance(kinds, str) else ' or '.join(kinds)}")
    if error.validator == "enum":
        return _wrong(path, f"must be one of {json.dumps(error.validator_value)[:200]}")
    limit = f" (limit: {error.validator_value})" if isinstance(error.validator_value, int | float) else ""
    return _wrong(path, _LIMITS.get(str(error.validator), f"does not meet {error.validator!r}") + limit)


def _wrong(path: list[str], message: str) -> Wrong:
    field = ".".join(part for part in path if part)
    return Wrong(field=field, message=f"{field or 'the value'} {message}")
