"""Whether an agent's output keeps its spec's promises: first the schema, then the acceptance checks."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, cast

from shared.specs.json_schema import make_schema_validator
from shared.specs.pointers import PointerInvalid, PointerMisses, find_value
from shared.specs.spec import AcceptanceCheck
from shared.values import Json

MOST_VIOLATIONS = 10


def find_schema_violations(schema: dict[str, Json], value: Json) -> list[str]:
    """The faults of `value`, each as `<JSON Pointer>: <fault>`; empty if it is valid. Formats are not checked."""
    errors = sorted(
        _make_validator(_Key(schema)).iter_errors(value), key=lambda error: [str(part) for part in error.absolute_path]
    )
    return [
        f"/{'/'.join(str(part) for part in error.absolute_path)}: {error.message[:300]}"
        for error in errors[:MOST_VIOLATIONS]
    ]


def find_failed_checks(checks: Iterable[AcceptanceCheck], input: Json, output: Json) -> list[str]:
    """The checks that this output fails, each as a sentence that tells a programmer what to change."""
    return [
        f"{check.path or '/'} {problem} ({check.why})"
        for check in checks
        if (problem := _find_problem(check, input, output))
    ]


def _find_problem(check: AcceptanceCheck, input: Json, output: Json) -> str | None:
    try:
        value = find_value(check.path, output)
    except (PointerMisses, PointerInvalid):
        return "is missing from the output"
    match check.check:
        case "present":
            return None
        case "not_empty":
            return "is empty" if value in ("", [], {}, None) else None
        case "min":
            return _check_bound(value, check.value, at_least=True)
        case "max":
            return _check_bound(value, check.value, at_least=False)
        case "one_of":
            choices: Json = check.value
            allowed = cast("list[Json]", choices) if isinstance(choices, list) else []
            return None if value in allowed else f"is {_shorten(value)}, not one of {_shorten(allowed)}"
        case "mentions_input":
            return _mentions(value, check.value, input)
        case "same_length_as_input":
            return _check_same_length(value, check.value, input)


def _check_bound(value: Json, bound: Json, *, at_least: bool) -> str | None:
    size = _measure_size(value)
    if size is None or not isinstance(bound, int | float):
        return f"is {_shorten(value)}, which has no size to compare"
    if at_least:
        return None if size >= bound else f"is {size:g}, below {bound:g}"
    return None if size <= bound else f"is {size:g}, above {bound:g}"


def _measure_size(value: Json) -> float | None:
    """The value of a number, or the length of a text or list. True and false do not count as numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(len(cast(list[Json], value))) if isinstance(value, str | list) else None


def _mentions(value: Json, pointer: Json, input: Json) -> str | None:
    try:
        wanted = find_value(str(pointer), input)
    except (PointerMisses, PointerInvalid):
        return None
    if not isinstance(wanted, str) or not wanted.strip():
        return None
    text = value if isinstance(value, str) else " ".join(_list_texts(value))
    return (
        None if _simplify(wanted) in _simplify(text) else f"does not mention the input's {pointer} ({_shorten(wanted)})"
    )


def _check_same_length(value: Json, pointer: Json, input: Json) -> str | None:
    try:
        wanted = find_value(str(pointer), input)
    except (PointerMisses, PointerInvalid):
        return None
    if not isinstance(value, list) or not isinstance(wanted, list):
        return "is not a list"
    have, want = len(cast(list[Json], value)), len(cast(list[Json], wanted))
    return None if have == want else f"has {have} entries where the input's {pointer} has {want}"


def _list_texts(value: Json) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast(dict[str, Json], value).values():
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in cast(list[Json], value):
            yield from _list_texts(part)


def _simplify(text: str) -> str:
    return " ".join(text.casefold().split())


def _shorten(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "…"


class _Key:
    """A schema's identity as a cache key. Validators are cached, since compiling one costs more than checking a
    value.
    """

    def __init__(self, schema: dict[str, Json]):
        self.schema = schema
        self._repr = repr(schema)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other._repr == self._repr

    def __hash__(self) -> int:
        return hash(self._repr)


@lru_cache(maxsize=64)
def _make_validator(key: _Key) -> Any:
    return make_schema_validator(key.schema)
