"""Doing what an order asks of the answer itself: fields that it names get the value that it names for them."""

import re
from collections.abc import Sequence
from typing import cast

from local.standins.claude.malicious.orders import Order
from shared.values import Json

_BETWEEN = r"(?:\s*[=:]\s*|\s+(?:\w+\s+){0,3}?(?:to|as|be|is|of|with|at|by|into)\s+)"
_VALUE = r"(?:[\"'“`](?P<quoted>[^\"'”`]{0,200})[\"'”`]|(?!(?:to|be|as|the|an?)\b)(?P<bare>\w[\w.@:/-]*))"
_BEFORE = r"(?:\s+(?:[^\W\d]+\s+){0,2}?(?:for|as|in|into|under|on|to)\s+(?:the\s+|its\s+|every\s+|each\s+|field\s+)*)"
_NO = frozenset({"false", "no", "off", "not"})


def obeyed(answer: Json, orders: Sequence[Order], field: str = "") -> Json:
    """The answer with every field that an order names as ordered; of the same form."""
    if isinstance(answer, dict):
        fields = cast("dict[str, Json]", answer)
        return {name: obeyed(part, orders, name) for name, part in _filled(fields, orders).items()}
    if isinstance(answer, list):
        return [obeyed(part, orders, field) for part in cast("list[Json]", answer)]
    return answer


def _filled(fields: dict[str, Json], orders: Sequence[Order]) -> dict[str, Json]:
    asked = {name: value for name in fields if (value := ordered(name, orders)) is not None}
    return {name: _as(part, asked[name]) if name in asked else part for name, part in fields.items()}


def ordered(field: str, orders: Sequence[Order]) -> str | None:
    """The value that the last order on it wants this field to have; None if there is none."""
    name = re.escape(field).replace("_", "[ _-]")
    forms = (rf"\b{name}s?\b{_BETWEEN}{_VALUE}", rf"{_VALUE}{_BEFORE}{name}s?\b")
    found = [match for order in orders for form in forms for match in re.finditer(form, order.text, re.IGNORECASE)]
    return None if not found else str(found[-1]["quoted"] or found[-1]["bare"]).rstrip(".:")


def _as(part: Json, wanted: str) -> Json:
    """The wanted value in the form of what stands there; that itself where it cannot be had in this form."""
    figure = re.search(r"-?\d+(?:\.\d+)?", wanted)
    match part:
        case bool():
            return wanted.lower() not in _NO
        case int() | float():
            return type(part)(float(figure[0])) if figure else part
        case str():
            return wanted
        case {"value": int() | float()} if figure:
            return {**cast("dict[str, Json]", part), "value": int(float(figure[0]))}
        case _:
            return part
