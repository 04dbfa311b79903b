"""Mappings: which fields an index has, what they accept, and what of a document can be searched, sorted and counted."""

import re
from datetime import datetime
from typing import Any

import snowballstemmer

from local.standins.opensearch.errors import SearchError, illegal, unsupported

STEMMER = snowballstemmer.stemmer("english")
TOKEN = re.compile(r"\w+(?:(?:(?<=[^\W\d_])['.:\u00b7](?=[^\W\d_])|(?<=\d)['.,;](?=\d))\w+)*")
"""Unicode's word boundaries as the standard tokenizer follows them (UAX #29, WB6 to WB13)."""
TYPES = {"keyword", "text", "long", "double", "boolean", "date"}


class Fields:
    """The `mappings` of an index. Field names may have one sub-field: `tags.text`."""

    def __init__(self, mappings: dict[str, Any]) -> None:
        unknown = set(mappings) - {"dynamic", "properties"}
        if unknown or mappings.get("dynamic") != "strict":
            raise unsupported(f"mapping {sorted(unknown) or 'without dynamic: strict'}")
        self.types: dict[str, str] = {}
        for name, definition in mappings.get("properties", {}).items():
            self._add(name, definition)
            for sub_name, sub_definition in definition.get("fields", {}).items():
                self._add(f"{name}.{sub_name}", sub_definition)

    def type_of(self, name: str) -> str | None:
        return self.types.get(name)

    def values(self, source: dict[str, Any], name: str) -> list[Any]:
        value = source.get(name.split(".")[0])
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

    def tokens(self, source: dict[str, Any], name: str) -> set[str]:
        return {token for value in self.values(source, name) for token in analyze(str(value))}

    def check(self, source: dict[str, Any]) -> None:
        for name, value in source.items():
            if name not in self.types:
                reason = f"mapping set to strict, dynamic introduction of [{name}] within [_doc] is not allowed"
                raise SearchError(400, "strict_dynamic_mapping_exception", reason)
            for item in value if isinstance(value, list) else [value]:
                if item is not None and not accepts(self.types[name], item):
                    reason = f"failed to parse field [{name}] of type [{self.types[name]}]"
                    raise SearchError(400, "mapper_parsing_exception", reason)

    def _add(self, name: str, definition: dict[str, Any]) -> None:
        if definition.get("type") not in TYPES or set(definition) - {"type", "fields"}:
            raise unsupported(f"field {name} with mapping {definition}")
        self.types[name] = definition["type"]


def analyze(text: str) -> list[str]:
    """The one analyzer there is (`check_analysis`), as far as Latin text goes."""
    tokens = (match.group() for match in TOKEN.finditer(text.replace("\u2019", "'")))
    return [STEMMER.stemWord(token.lower()) for token in tokens if any(sign.isalnum() for sign in token)]


def check_analysis(settings: dict[str, Any]) -> None:
    """Straight apostrophes, and standard tokens in lower case through `porter2`, are all that is done here."""
    analysis = settings.get("analysis", {})
    filters, characters = analysis.get("filter", {}), analysis.get("char_filter", {})
    default = {
        "type": "custom",
        "char_filter": [*characters],
        "tokenizer": "standard",
        "filter": ["lowercase", *filters],
    }
    supported = {
        "char_filter": {name: {"type": "mapping", "mappings": ["\u2019 => '"]} for name in characters},
        "filter": {name: {"type": "stemmer", "language": "porter2"} for name in filters},
        "analyzer": {"default": default},
    }
    if analysis != supported or len(filters) != 1 or len(characters) != 1:
        raise unsupported(f"analysis {analysis}")


def accepts(kind: str, value: Any) -> bool:
    if isinstance(value, dict):
        return False
    match kind:
        case "long":
            return not isinstance(value, bool) and _is_number(value)
        case "double":
            return not isinstance(value, bool) and _is_number(value)
        case "boolean":
            return value in (True, False, "true", "false")
        case "date":
            return isinstance(value, int) or as_instant(value) is not None
        case _:
            return True


def comparable(kind: str, value: Any) -> Any:
    """The value as it is compared and sorted."""
    match kind:
        case "long" | "double":
            if not _is_number(value):
                raise illegal(f'For input string: "{value}"')
            return float(value)
        case "boolean":
            return value in (True, "true")
        case "date":
            instant = as_instant(value)
            if instant is None:
                raise SearchError(400, "parse_exception", f"failed to parse date field [{value}]")
            return instant
        case _:
            return str(value)


def as_instant(value: Any) -> float | None:
    """Milliseconds since 1970 of an ISO 8601 text; None if it is not one."""
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00")).timestamp() * 1000
    except ValueError:
        return None


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
