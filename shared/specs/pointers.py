"""JSON Pointers (RFC 6901) into values and into the restricted schemas that describe them."""

from typing import cast

from shared.values import Json


class PointerInvalid(Exception):
    """Not a JSON Pointer at all."""


class PointerMisses(Exception):
    """The pointer is well-formed but the value has nothing there."""


def split_pointer(pointer: str) -> list[str]:
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise PointerInvalid(f"{pointer!r} does not start with '/'")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def find_value(pointer: str, value: Json) -> Json:
    """Raises PointerMisses."""
    for part in split_pointer(pointer):
        if isinstance(value, dict) and part in value:
            value = cast(dict[str, Json], value)[part]
        elif isinstance(value, list) and part.isascii() and part.isdigit() and int(part) < len(cast(list[Json], value)):
            value = cast(list[Json], value)[int(part)]
        else:
            raise PointerMisses(f"nothing at {pointer!r}")
    return value


def find_schema(pointer: str, schema: dict[str, Json]) -> dict[str, Json] | None:
    """The part of a schema that describes the value at the pointer; None if the schema has no such place."""
    for part in split_pointer(pointer):
        if schema.get("type") == "object" and part in schema.get("properties", {}):
            schema = schema["properties"][part]
        elif schema.get("type") == "array" and part.isascii() and part.isdigit():
            schema = schema["items"]
        else:
            return None
    return schema
