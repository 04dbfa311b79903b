"""The size of the largest input that a schema allows, and schemas reduced to what a request may carry.

If an agent's longest input cannot be sent, its schema promises too much, and its customers get a 413 that names no
field. Each character counts as four bytes, the most that UTF-8 needs.
"""

from collections.abc import Callable
from typing import cast

from shared.specs.schemas import TEXT_LENGTH, URL_PATTERN
from shared.values import Json

Schema = dict[str, Json]

MOST_INPUT_BYTES = 256 * 1024 - 64
"""The largest request body, less the member names around the input."""
CHARACTER_BYTES = 4
NUMBER_BYTES = 25
"""A double with all its digits, its sign and its exponent."""
SHORTEST_ITEM, SHORTEST_URL, SHORTEST_TEXT = 100, 500, 4_000
SHOWN = 4


def count_largest_bytes(schema: Schema) -> int:
    """The size of the longest JSON text, without spaces, of a value that is valid for a schema of the dialect."""
    match schema["type"]:
        case "object":
            parts = cast("dict[str, Schema]", schema["properties"])
            return 2 + sum(len(name) + len('"":,') + count_largest_bytes(part) for name, part in parts.items())
        case "array":
            return 2 + schema["maxItems"] * (count_largest_bytes(schema["items"]) + 1)
        case "string" if "enum" in schema:
            return 2 + max(CHARACTER_BYTES * len(choice) for choice in schema["enum"])
        case "string":
            return 2 + CHARACTER_BYTES * schema["maxLength"]
        case "boolean":
            return len("false")
        case _:
            return max(NUMBER_BYTES, *(len(str(schema.get(bound, ""))) for bound in ("minimum", "maximum")))


def check_size(schema: Schema) -> list[str]:
    """`schema` is an input schema of the dialect. One sentence if it allows an input too large to send, else none."""
    size = count_largest_bytes(schema)
    if size <= MOST_INPUT_BYTES:
        return []
    fields = cast("dict[str, Schema]", schema["properties"])
    sizes = sorted(((count_largest_bytes(field), name) for name, field in fields.items()), reverse=True)
    listed = ", ".join(f"{name} {_write_kilobytes(size)}" for size, name in sizes[:SHOWN])
    return [
        f"input_schema: its largest input takes {_write_kilobytes(size)} and a request carries "
        f"{_write_kilobytes(MOST_INPUT_BYTES)}: give texts and lists a smaller `maximum`, or ask for fewer "
        f"fields ({listed})"
    ]


def fit_schema(schema: Schema) -> Schema:
    """The schema with its longest texts shortened, those in lists first, so that its largest input can be sent.

    Unchanged if it fits already. If it is too large even with the shortest texts, `check_size` reports that.
    """
    if count_largest_bytes(schema) <= MOST_INPUT_BYTES:
        return schema
    in_lists = _find_longest_that_fits(lambda most: _shorten(schema, items=most, texts=TEXT_LENGTH))
    if count_largest_bytes(in_lists) <= MOST_INPUT_BYTES:
        return in_lists
    return _find_longest_that_fits(lambda most: _shorten(schema, items=0, texts=most))


def _find_longest_that_fits(shortened: Callable[[int], Schema]) -> Schema:
    """Find the limit by bisection, which works because longer texts never make the largest input smaller."""
    low, high = 0, TEXT_LENGTH
    while high - low > 1:
        middle = (low + high) // 2
        if count_largest_bytes(shortened(middle)) <= MOST_INPUT_BYTES:
            low = middle
        else:
            high = middle
    return shortened(low)


def _shorten(schema: Schema, *, items: int, texts: int, in_list: bool = False) -> Schema:
    """The schema with texts in lists limited to `items` characters and others to `texts`, as far as that is
    sensible.
    """
    match schema["type"]:
        case "object":
            parts = cast("dict[str, Schema]", schema["properties"])
            shorter = {n: _shorten(part, items=items, texts=texts, in_list=in_list) for n, part in parts.items()}
            return {**schema, "properties": shorter}
        case "array":
            return {**schema, "items": _shorten(schema["items"], items=items, texts=texts, in_list=True)}
        case "string" if "maxLength" in schema:
            sensible = SHORTEST_URL if schema.get("pattern") == URL_PATTERN else SHORTEST_ITEM
            sensible = sensible if in_list else SHORTEST_TEXT
            most = max(items if in_list else texts, sensible, schema.get("minLength", 0))
            return {**schema, "maxLength": min(schema["maxLength"], most)}
        case _:
            return schema


def _write_kilobytes(size: int) -> str:
    return f"{round(size / 1024)} KB"
