"""Filling a JSON Schema from material: a field takes what has its name, then what its kind of value finds in the
texts.
"""

import re
from typing import cast

from shared.values import Json

LONGEST = 400


def filled(schema: dict[str, Json], material: Json) -> Json:
    """A value that fits the schema as far as its type, enum and bounds say; texts are the material's own."""
    return _value(schema, material, "")


def _value(schema: dict[str, Json], material: Json, name: str) -> Json:
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return _choice(schema["enum"], material, name)
    kind = schema.get("type")
    if kind == "object":
        parts = cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
        return {part: _value(inner, _named(material, part), part) for part, inner in parts.items()}
    if kind == "array":
        return _list(schema, material, name)
    if kind in {"integer", "number"}:
        return _number(schema, material, whole=kind == "integer")
    if kind == "boolean":
        return material if isinstance(material, bool) else bool(_texts(material))
    return _text(schema, material, name)


def _named(material: Json, name: str) -> Json:
    if isinstance(material, dict):
        record = cast("dict[str, Json]", material)
        if name in record:
            return record[name]
        near = [key for key in record if key[:5] == name[:5]]
        return record[near[0]] if near else record
    return material


def _choice(options: list[Json], material: Json, name: str) -> Json:
    """The option that the texts name most often, else the first."""
    text = " ".join(_texts(material)).lower()
    return (
        max(options, key=lambda option: (text.count(str(option).lower()), -options.index(option)))
        if name or text
        else options[0]
    )


def _list(schema: dict[str, Json], material: Json, name: str) -> list[Json]:
    items = cast("list[Json]", material) if isinstance(material, list) else _texts(material)
    least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 20))
    inner = cast("dict[str, Json]", schema.get("items", {"type": "string"}))
    made = [_value(inner, item, name) for item in items[:most]]
    while len(made) < least:
        made.append(_value(inner, material, name))
    return made


def _number(schema: dict[str, Json], material: Json, *, whole: bool) -> float | int:
    found = material if isinstance(material, int | float) and not isinstance(material, bool) else None
    if found is None:
        digits = re.search(r"-?\d+(?:\.\d+)?", " ".join(_texts(material)))
        found = float(digits.group()) if digits else 0.0
    found = max(found, schema.get("minimum", found))
    found = min(found, schema.get("maximum", found))
    return int(found) if whole else found


def _text(schema: dict[str, Json], material: Json, name: str) -> str:
    texts = _texts(material)
    text = texts[0] if texts else name.replace("_", " ") or "nothing"
    longest = min(int(schema.get("maxLength", LONGEST)), LONGEST)
    text = " ".join(text.split())[:longest]
    return text.ljust(int(schema.get("minLength", 0)), ".")


def _texts(material: Json) -> list[str]:
    if isinstance(material, str):
        return [material] if material.strip() else []
    if isinstance(material, dict):
        return [text for part in cast("dict[str, Json]", material).values() for text in _texts(part)]
    if isinstance(material, list):
        return [text for part in cast("list[Json]", material) for text in _texts(part)]
    if isinstance(material, int | float) and not isinstance(material, bool):
        return [str(material)]
    return []
