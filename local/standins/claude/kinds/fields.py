"""The fields of a spec draft, one builder for each kind of value; a field of a record is built like one of the whole."""

from typing import Any

Json = Any
Draft = dict[str, Json]


def string(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "string", description, **bounds)


def text(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "text", description, **bounds)


def number(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "number", description, **bounds)


def integer(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "integer", description, **bounds)


def count(name: str, description: str) -> Draft:
    return integer(name, description, minimum=0)


def percent(name: str, description: str) -> Draft:
    return integer(name, description, minimum=0, maximum=100)


def yes_or_no(name: str, description: str) -> Draft:
    return _field(name, "boolean", description)


def day(name: str, description: str) -> Draft:
    return _field(name, "date", description)


def url(name: str, description: str) -> Draft:
    return _field(name, "url", description)


def strings(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "string_list", description, **bounds)


def urls(name: str, description: str, **bounds: Json) -> Draft:
    return _field(name, "url_list", description, **bounds)


def records(name: str, description: str, *, parts: tuple[Draft, ...], **bounds: Json) -> Draft:
    """`parts` cannot be records themselves."""
    leaves = [{key: value for key, value in part.items() if key != "fields"} for part in parts]
    return {**_field(name, "record_list", description, **bounds), "fields": leaves}


def _field(
    name: str,
    kind: str,
    description: str,
    *,
    required: bool = True,
    choices: tuple[str, ...] = (),
    minimum: float | None = None,
    maximum: float | None = None,
) -> Draft:
    return {
        "name": name,
        "kind": kind,
        "description": description,
        "required": required,
        "choices": list(choices),
        "minimum": minimum,
        "maximum": maximum,
        "fields": [],
    }
