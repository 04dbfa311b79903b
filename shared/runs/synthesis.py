"""The simulated model's answers: values made from a JSON Schema and given material. The same arguments give the same
value.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from shared.values import Json

TEXT_LENGTH = 240
PATTERN_CANDIDATES = (
    "a", "ab", "abc", "1", "12", "123", "1234", "ABC", "ABC-123", "abc-def", "12:30", "#1a2b3c", "USD", "EUR", "en",
    "en-US", "+4420794601", "A1", "Q3 2027", "INV-0001", "10.50",
)  # fmt: skip
DEEPEST = 12


def synthesize(schema: Mapping[str, Json], material: Json, *, forms: Mapping[str, str]) -> Json:
    """A value filled from the material where that fits. It is valid for the schema in all but contrived cases.

    `forms` has a value for each `format` of JSON Schema; a value that fits a pattern is also used for that pattern.
    """
    return _Maker(forms).value(schema, material, "answer", 0)


def write_plain_text(opening: str, material: Json, longest: int) -> str:
    """An answer in words that contains the given material, so that checks for mentions can pass."""
    words = " ".join(list_texts(material)) or "There is nothing in the material."
    return f"{opening}{words}"[: max(1, longest)]


def list_texts(material: Json) -> list[str]:
    """All texts and numbers in the material, in order."""
    if isinstance(material, str):
        return [material] if material.strip() else []
    if isinstance(material, dict):
        return [text for item in cast("dict[str, Json]", material).values() for text in list_texts(item)]
    if isinstance(material, list):
        return [text for item in cast("list[Json]", material) for text in list_texts(item)]
    if isinstance(material, int | float) and not isinstance(material, bool):
        return [str(material)]
    return []


@dataclass(frozen=True)
class _Maker:
    forms: Mapping[str, str]

    def value(self, schema: Mapping[str, Json], material: Json, name: str, depth: int) -> Json:
        if depth > DEEPEST:
            return None
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return _choose(cast("list[Json]", schema["enum"]), name, material)
        for union in ("anyOf", "oneOf", "allOf"):
            branches = [branch for branch in schema.get(union, ()) if branch.get("type") != "null"]
            if branches:
                return self.value(
                    {**{k: v for k, v in schema.items() if k != union}, **branches[0]}, material, name, depth + 1
                )
        match _read_kind(schema):
            case "object":
                return self._make_object(schema, material, depth)
            case "array":
                return self._make_array(schema, material, name, depth)
            case "string":
                return self._make_string(schema, material, name)
            case "integer":
                return int(_make_number(schema, material, name, step=1))
            case "number":
                return _make_number(schema, material, name, step=0.5)
            case "boolean":
                return _pick_from_material(material, name, bool, default=True)
            case _:
                return None

    def _make_object(self, schema: Mapping[str, Json], material: Json, depth: int) -> dict[str, Json]:
        properties = cast("dict[str, dict[str, Json]]", schema.get("properties", {}))
        made: dict[str, Json] = {}
        for name, inner in properties.items():
            made[name] = self.value(inner, _find_nearest(material, name), name, depth + 1)
        for name in cast("list[str]", schema.get("required", [])):
            made.setdefault(name, _write_label(name, TEXT_LENGTH))
        return made

    def _make_array(self, schema: Mapping[str, Json], material: Json, name: str, depth: int) -> list[Json]:
        """One item made from each item of the material's first list."""
        items = _find_first_list(material) or [material, material]
        least, most = int(schema.get("minItems", 0)), int(schema.get("maxItems", 50))
        length = max(least, min(len(items), most))
        inner = cast("dict[str, Json]", schema.get("items") or {"type": "string"})
        made = [self.value(inner, items[index % len(items)], name, depth + 1) for index in range(length)]
        if schema.get("uniqueItems"):
            made = list({repr(item): item for item in made}.values())
        return made

    def _make_string(self, schema: Mapping[str, Json], material: Json, name: str) -> str:
        form = self.forms.get(str(schema.get("format", "")))
        if form:
            return form
        least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", TEXT_LENGTH))
        pattern = schema.get("pattern")
        if isinstance(pattern, str):
            return self._make_matching(pattern, least, most)
        text = " ".join(list_texts(material)) or _write_label(name, TEXT_LENGTH)
        text = text[: min(most, max(TEXT_LENGTH, least))]
        return text if len(text) >= least else (text + " and more" * least)[: max(least, 1)]

    def _make_matching(self, pattern: str, least: int, most: int) -> str:
        fitting = [
            text
            for text in (*self.forms.values(), *PATTERN_CANDIDATES)
            if least <= len(text) <= most and re.search(pattern, text)
        ]
        return fitting[0] if fitting else "a" * max(least, 1)


def _read_kind(schema: Mapping[str, Json]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        return next((str(one) for one in cast("list[Json]", kind) if one != "null"), "null")
    return str(kind) if kind else ("object" if "properties" in schema else "string")


def _find_nearest(material: Json, name: str) -> Json:
    """The part of the material with this name, else all of it."""
    return cast("dict[str, Json]", material).get(name, material) if isinstance(material, dict) else material


def _make_number(schema: Mapping[str, Json], material: Json, name: str, step: float) -> float:
    low = _find_bound(schema, "minimum", "exclusiveMinimum", step)
    high = _find_bound(schema, "maximum", "exclusiveMaximum", -step)
    found = _pick_from_material(material, name, (int, float), default=None)
    wanted = float(found) if found is not None else (low or 0) + 3 * step
    if low is not None:
        wanted = max(low, wanted)
    return min(high, wanted) if high is not None else wanted


def _find_bound(schema: Mapping[str, Json], inclusive: str, exclusive: str, step: float) -> float | None:
    if isinstance(schema.get(exclusive), int | float):
        return float(schema[exclusive]) + step
    return float(schema[inclusive]) if isinstance(schema.get(inclusive), int | float) else None


def _pick_from_material(material: Json, name: str, kind: type | tuple[type, ...], *, default: Json) -> Json:
    found: Json = cast("dict[str, Json]", material).get(name) if isinstance(material, dict) else material
    if isinstance(found, bool) and kind is not bool:
        return default
    return found if isinstance(found, kind) else default


def _choose(options: list[Json], name: str, material: Json) -> Json:
    """An option that the material itself names, else one picked by the material's digest."""
    words = list_texts(material)
    named = [option for option in options if isinstance(option, str) and option in words]
    digest = hashlib.sha256("\n".join([name, *words]).encode()).digest()
    return named[0] if named else options[digest[0] % len(options)]


def _find_first_list(material: Json) -> list[Json]:
    if isinstance(material, list):
        return cast("list[Json]", material)
    if isinstance(material, dict):
        for item in cast("dict[str, Json]", material).values():
            found = _find_first_list(item)
            if found:
                return found
    return []


def _write_label(text: str, longest: int) -> str:
    return text.replace("_", " ").strip()[:longest] or "value"
