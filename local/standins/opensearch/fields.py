"""Mappings: which fields an index has, what they accept, and what of a document can be searched, sorted and counted."""

from datetime import datetime
from typing import Any

from local.standins.opensearch.errors import SearchError, illegal, unsupported

TYPES = {"keyword", "long", "double", "boolean", "date"}
UNSEARCHED = {"index": False, "doc_values": False}


class Fields:
    """The `mappings` of an index. Fields with neither index nor doc values are kept, and nothing more."""

    def __init__(self, mappings: dict[str, Any]) -> None:
        unknown = set(mappings) - {"dynamic", "properties"}
        if unknown or mappings.get("dynamic") != "strict":
            raise unsupported(f"mapping {sorted(unknown) or 'without dynamic: strict'}")
        self.types: dict[str, str] = {}
        self.unsearched: set[str] = set()
        for name, definition in mappings.get("properties", {}).items():
            self._add(name, definition)

    def type_of(self, name: str) -> str | None:
        """None for a field that is not in the mapping: queries find nothing in it."""
        if name in self.unsearched:
            raise SearchError(400, "query_shard_exception", f"Cannot search on field [{name}] since it is not indexed.")
        return self.types.get(name)

    def values(self, source: dict[str, Any], name: str) -> list[Any]:
        value = source.get(name)
        if value is None:
            return []
        return value if isinstance(value, list) else [value]

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
        options = {key: value for key, value in definition.items() if key != "type"}
        if definition.get("type") not in TYPES or options not in ({}, UNSEARCHED):
            raise unsupported(f"field {name} with mapping {definition}")
        self.types[name] = definition["type"]
        if options:
            self.unsearched.add(name)


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
