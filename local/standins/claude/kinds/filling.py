"""Texts with places, filled with an opportunity's words.

A place is `{name}`, `{name.part.0}`, `{name[:2]}` or `{name|filter}`. A text that is nothing but a place becomes the
value itself, whatever its type; `{*name}` in a list stands for all members of the list.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from local.standins.claude.kinds.stems import stems
from shared.values import Json

PLACE = re.compile(
    r"\{(?P<all>\*?)(?P<path>[a-z_]+(?:\.[a-z0-9_]+)*)(?:\[(?P<slice>-?\d*(?::-?\d*){1,2})\])?(?P<filters>(?:\|[a-z]+)*)\}"
)
FILTERS: dict[str, Callable[[Json], Json]] = {
    "article": lambda noun: "an" if noun[0] in "aeio" else "a",
    "count": len,
    "first": lambda table: next(iter(table.values())),
    "lines": "\n".join,
    "names": ", ".join,
    "slug": lambda text: text.replace(" ", "-"),
    "stems": lambda words: stems(*words),
    "tabs": lambda text: text.replace(",", "\t"),
}


class PlaceUnknown(Exception):
    """A place that cannot be filled: a bug of the file it stands in."""


def fill(value: Json, values: Mapping[str, Json], where: str = "") -> Json:
    """`where`: the path of `value` in its file, for errors. What is filled in is never read for places again."""
    if isinstance(value, dict):
        return {key: fill(part, values, f"{where}.{key}") for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [one for place, part in enumerate(value) for one in _members(part, values, f"{where}.{place}")]
    return _filled(value, values, where.lstrip(".")) if isinstance(value, str) else value


def _members(part: Json, values: Mapping[str, Json], where: str) -> Iterator[Json]:
    match = PLACE.fullmatch(part) if isinstance(part, str) else None
    if match and match["all"]:
        yield from _value(match, values, where.lstrip("."))
    else:
        yield fill(part, values, where)


def _filled(text: str, values: Mapping[str, Json], where: str) -> Json:
    if whole := PLACE.fullmatch(text):
        return _value(whole, values, where)
    if "{" in (rest := PLACE.sub("", text)) or "}" in rest:
        raise PlaceUnknown(f"{where}: a brace that belongs to no place in {text[:60]!r}")
    return PLACE.sub(lambda match: _text(match, values, where), text)


def _text(match: re.Match[str], values: Mapping[str, Json], where: str) -> str:
    value = _value(match, values, where)
    if not isinstance(value, str):
        raise PlaceUnknown(f"{where}: {match[0]} is {type(value).__name__}, which cannot stand inside a text")
    return value


def _value(match: re.Match[str], values: Mapping[str, Json], where: str) -> Json:
    value: Json = values
    for part in match["path"].split("."):
        value = _part(value, part, match[0], where)
    if match["slice"]:
        value = value[slice(*(int(bound) if bound else None for bound in match["slice"].split(":")))]
    for name in match["filters"].split("|")[1:]:
        if name not in FILTERS:
            raise PlaceUnknown(f"{where}: {match[0]} names no filter; there are {', '.join(FILTERS)}")
        value = FILTERS[name](value)
    return value


def _part(value: Json, part: str, place: str, where: str) -> Json:
    try:
        return value[int(part)] if isinstance(value, list | tuple) else value[part]
    except (KeyError, IndexError, TypeError, ValueError):
        known = ", ".join(sorted(value)) if isinstance(value, Mapping) else f"{len(value)} members"
        raise PlaceUnknown(f"{where}: {place} has no {part!r}; there are {known}") from None
