"""The query DSL the product uses, evaluated document by document; anything else is refused as OpenSearch refuses what
it cannot parse.
"""

from collections import Counter
from collections.abc import Callable
from typing import Any

from local.standins.opensearch.errors import SearchError, illegal, unsupported
from local.standins.opensearch.fields import Fields, analyze, comparable

Source = dict[str, Any]
Matcher = Callable[[Source], bool]

BODY_KEYS = {"query", "sort", "from", "size", "_source", "track_total_hits", "aggs"}
MAX_RESULT_WINDOW = 10_000


def run_search(body: dict[str, Any], documents: dict[str, Source], fields: Fields) -> dict[str, Any]:
    """The part of a search response below `took`: hits and aggregations."""
    if set(body) - BODY_KEYS:
        raise unsupported(f"search body key {sorted(set(body) - BODY_KEYS)[0]}")
    start, size = _whole(body, "from", 0), _whole(body, "size", 10)
    if start + size > MAX_RESULT_WINDOW:
        raise illegal(
            f"Result window is too large, from + size must be less than or equal to: [10000] but was [{start + size}]"
        )
    matches = matcher(body.get("query", {"match_all": {}}), fields)
    found = [(identity, source) for identity, source in documents.items() if matches(source)]
    order = _sort_keys(body.get("sort", []), fields)
    for key, reverse in reversed(order):
        found.sort(key=lambda item, key=key: key(item[1]), reverse=reverse)
    shown = _source_filter(body.get("_source", True))
    hits = [
        {"_id": identity, "_score": None, "_source": shown(source)} for identity, source in found[start : start + size]
    ]
    result: dict[str, Any] = {
        "hits": {"total": {"value": len(found), "relation": "eq"}, "max_score": None, "hits": hits}
    }
    if "aggs" in body:
        result["aggregations"] = _aggregate(body["aggs"], [source for _, source in found], fields)
    return result


def matcher(query: dict[str, Any], fields: Fields) -> Matcher:
    if len(query) != 1:
        raise SearchError(400, "parsing_exception", "a query has exactly one clause")
    kind, definition = next(iter(query.items()))
    match kind:
        case "match_all":
            return lambda _source: True
        case "bool":
            return _bool(definition, fields)
        case "term":
            return _term(definition, fields)
        case "range":
            return _range(definition, fields)
        case "multi_match":
            return _multi_match(definition, fields)
        case _:
            raise unsupported(f"query [{kind}]")


def _bool(definition: dict[str, Any], fields: Fields) -> Matcher:
    unknown = set(definition) - {"filter", "must", "must_not"}
    if unknown:
        raise unsupported(f"[bool] with {sorted(unknown)[0]}")
    wanted = [matcher(clause, fields) for key in ("filter", "must") for clause in _clauses(definition.get(key, []))]
    unwanted = [matcher(clause, fields) for clause in _clauses(definition.get("must_not", []))]
    return lambda source: all(match(source) for match in wanted) and not any(match(source) for match in unwanted)


def _term(definition: dict[str, Any], fields: Fields) -> Matcher:
    name, value = _single(definition, "term")
    if isinstance(value, dict):
        raise unsupported("[term] with options")
    kind = fields.type_of(name)
    if kind is None:
        return lambda _source: False
    if kind == "text":
        return lambda source: str(value) in fields.tokens(source, name)
    wanted = comparable(kind, value)
    return lambda source: any(comparable(kind, found) == wanted for found in fields.values(source, name))


def _range(definition: dict[str, Any], fields: Fields) -> Matcher:
    name, bounds = _single(definition, "range")
    unknown = set(bounds) - {"gte", "lte", "gt", "lt"}
    if unknown:
        raise unsupported(f"[range] with {sorted(unknown)[0]}")
    kind = fields.type_of(name)
    if kind is None:
        return lambda _source: False
    limits = {operator: comparable(kind, bound) for operator, bound in bounds.items()}

    def within(value: Any) -> bool:
        return (
            ("gte" not in limits or value >= limits["gte"])
            and ("gt" not in limits or value > limits["gt"])
            and ("lte" not in limits or value <= limits["lte"])
            and ("lt" not in limits or value < limits["lt"])
        )

    return lambda source: any(within(comparable(kind, value)) for value in fields.values(source, name))


def _multi_match(definition: dict[str, Any], fields: Fields) -> Matcher:
    """`cross_fields` with `operator: and`: every term of the text occurs in some field."""
    if set(definition) != {"query", "fields", "type", "operator"}:
        raise unsupported(f"[multi_match] with {sorted(definition)}")
    if definition["type"] != "cross_fields" or str(definition["operator"]).lower() != "and":
        raise unsupported(f"[multi_match] of type {definition['type']} with operator {definition['operator']}")
    names = [str(field).split("^")[0] for field in definition["fields"]]
    terms = set(analyze(str(definition["query"])))

    def found(source: Source) -> bool:
        return bool(terms) and terms <= {token for name in names for token in _terms(source, name, fields)}

    return found


def _terms(source: Source, name: str, fields: Fields) -> set[str]:
    kind = fields.type_of(name)
    if kind == "text":
        return fields.tokens(source, name)
    return {str(value) for value in fields.values(source, name)} if kind else set()


def _sort_keys(sort: Any, fields: Fields) -> list[tuple[Callable[[Source], Any], bool]]:
    """Documents without the field come last in either direction, as `missing: _last` says by default."""
    if not isinstance(sort, list):
        raise unsupported("sort that is not a list")
    keys: list[tuple[Callable[[Source], Any], bool]] = []
    for item in sort:
        name, direction = _single(item, "sort") if isinstance(item, dict) else (item, "asc")
        if direction not in ("asc", "desc"):
            raise unsupported(f"sort option {direction}")
        kind = fields.type_of(name)
        if kind is None:
            raise SearchError(400, "query_shard_exception", f"No mapping found for [{name}] in order to sort on")
        if kind == "text":
            raise illegal(
                f"Text fields are not optimised for operations that require per-document field data: [{name}]"
            )
        keys.append((_sort_key(fields, name, kind, direction == "desc"), direction == "desc"))
    return keys


def _sort_key(fields: Fields, name: str, kind: str, descending: bool) -> Callable[[Source], Any]:
    def key(source: Source) -> Any:
        values = [comparable(kind, value) for value in fields.values(source, name)]
        if not values:
            return (0, 0) if descending else (1, 0)
        return (1, max(values)) if descending else (0, min(values))

    return key


def _source_filter(definition: Any) -> Callable[[Source], Source]:
    if definition is True:
        return lambda source: source
    if isinstance(definition, dict) and set(definition) == {"excludes"}:
        excluded = set(definition["excludes"])
        return lambda source: {name: value for name, value in source.items() if name not in excluded}
    raise unsupported(f"_source {definition}")


def _aggregate(definitions: dict[str, Any], sources: list[Source], fields: Fields) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, definition in definitions.items():
        if set(definition) != {"terms"} or set(definition["terms"]) - {"field", "size"}:
            raise unsupported(f"aggregation {definition}")
        field, size = definition["terms"]["field"], definition["terms"].get("size", 10)
        if fields.type_of(field) == "text":
            raise illegal(
                f"Text fields are not optimised for operations that require per-document field data: [{field}]"
            )
        counts = Counter(value for source in sources for value in set(fields.values(source, field)))
        ordered = sorted(counts.items(), key=lambda item: (-item[1], str(item[0])))
        result[name] = {
            "doc_count_error_upper_bound": 0,
            "sum_other_doc_count": sum(count for _, count in ordered[size:]),
            "buckets": [{"key": key, "doc_count": count} for key, count in ordered[:size]],
        }
    return result


def _clauses(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value]


def _single(definition: Any, what: str) -> tuple[str, Any]:
    if not isinstance(definition, dict) or len(definition) != 1:
        raise SearchError(400, "parsing_exception", f"[{what}] query doesn't support multiple fields")
    return next(iter(definition.items()))


def _whole(body: dict[str, Any], key: str, default: int) -> int:
    value = body.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise illegal(f"[{key}] parameter cannot be negative, found [{value}]")
    return value
