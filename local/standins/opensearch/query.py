"""The query DSL the product uses, evaluated document by document; anything else is refused as OpenSearch refuses what
it cannot parse.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.standins.opensearch.errors import SearchError, illegal, unsupported
from local.standins.opensearch.fields import Fields, comparable

Source = dict[str, Any]
Scorer = Callable[[Source], float | None]
"""None: the document does not match. A filter's match scores 0."""

BODY_KEYS = {"query", "sort", "from", "size", "_source", "track_total_hits", "aggs"}
MAX_RESULT_WINDOW = 10_000


@dataclass(frozen=True)
class Hit:
    identity: str
    source: Source
    score: float


def run_search(body: dict[str, Any], documents: dict[str, Source], fields: Fields) -> dict[str, Any]:
    """The part of a search response below `took`: hits and aggregations."""
    if set(body) - BODY_KEYS:
        raise unsupported(f"search body key {sorted(set(body) - BODY_KEYS)[0]}")
    start, size = _whole(body, "from", 0), _whole(body, "size", 10)
    if start + size > MAX_RESULT_WINDOW:
        raise illegal(
            f"Result window is too large, from + size must be less than or equal to: [10000] but was [{start + size}]"
        )
    scores = scorer(body.get("query", {"match_all": {}}), fields)
    scored = [(identity, source, scores(source)) for identity, source in documents.items()]
    found = [Hit(identity, source, points) for identity, source, points in scored if points is not None]
    for key, reverse in reversed(_sort_keys(body.get("sort", []), fields)):
        found.sort(key=key, reverse=reverse)
    shown = _source_filter(body.get("_source", True))
    hits = [{"_id": hit.identity, "_score": None, "_source": shown(hit.source)} for hit in found[start : start + size]]
    result: dict[str, Any] = {
        "hits": {"total": {"value": len(found), "relation": "eq"}, "max_score": None, "hits": hits}
    }
    if "aggs" in body:
        result["aggregations"] = _aggregate(body["aggs"], [hit.source for hit in found], fields)
    return result


def scorer(query: dict[str, Any], fields: Fields) -> Scorer:
    if len(query) != 1:
        raise SearchError(400, "parsing_exception", "a query has exactly one clause")
    kind, definition = next(iter(query.items()))
    match kind:
        case "match_all":
            return lambda _source: 1.0
        case "bool":
            return _bool(definition, fields)
        case "dis_max":
            return _dis_max(definition, fields)
        case "constant_score":
            return _constant_score(definition, fields)
        case "term":
            name, value = _single(definition, "term")
            if isinstance(value, dict):
                raise unsupported("[term] with options")
            return _one_of(name, [value], fields)
        case "terms":
            name, values = _single(definition, "terms")
            if not isinstance(values, list):
                raise SearchError(400, "parsing_exception", "[terms] query requires an array")
            return _one_of(name, values, fields)
        case "range":
            return _range(definition, fields)
        case _:
            raise unsupported(f"query [{kind}]")


def _bool(definition: dict[str, Any], fields: Fields) -> Scorer:
    """Filters score nothing; of the rest the scores are added up."""
    unknown = set(definition) - {"filter", "must_not", "should", "minimum_should_match"}
    if unknown:
        raise unsupported(f"[bool] with {sorted(unknown)[0]}")
    wanted, unwanted, optional = (
        [scorer(clause, fields) for clause in _clauses(definition.get(key, []))]
        for key in ("filter", "must_not", "should")
    )
    least = definition.get("minimum_should_match", 1 if optional and not wanted else 0)
    if not isinstance(least, int):
        raise unsupported(f"minimum_should_match {least}")

    def score(source: Source) -> float | None:
        if any(one(source) is None for one in wanted) or any(one(source) is not None for one in unwanted):
            return None
        points = [found for found in (one(source) for one in optional) if found is not None]
        return sum(points) if len(points) >= least else None

    return score


def _dis_max(definition: dict[str, Any], fields: Fields) -> Scorer:
    if set(definition) - {"queries", "tie_breaker"} or definition.get("tie_breaker", 0) != 0:
        raise unsupported(f"[dis_max] with {sorted(definition)}")
    queries = [scorer(query, fields) for query in definition["queries"]]
    return lambda source: max((found for one in queries if (found := one(source)) is not None), default=None)


def _constant_score(definition: dict[str, Any], fields: Fields) -> Scorer:
    if set(definition) - {"filter", "boost"}:
        raise unsupported(f"[constant_score] with {sorted(definition)}")
    boost, wanted = float(definition.get("boost", 1)), scorer(definition["filter"], fields)
    return lambda source: None if wanted(source) is None else boost


def _one_of(name: str, values: list[Any], fields: Fields) -> Scorer:
    kind = fields.type_of(name)
    if kind is None:
        return lambda _source: None
    wanted = {comparable(kind, value) for value in values}
    return _scored(lambda source: any(comparable(kind, found) in wanted for found in fields.values(source, name)))


def _range(definition: dict[str, Any], fields: Fields) -> Scorer:
    name, bounds = _single(definition, "range")
    unknown = set(bounds) - {"gte", "lte", "gt", "lt"}
    if unknown:
        raise unsupported(f"[range] with {sorted(unknown)[0]}")
    kind = fields.type_of(name)
    if kind is None:
        return lambda _source: None
    limits = {operator: comparable(kind, bound) for operator, bound in bounds.items()}

    def within(value: Any) -> bool:
        return (
            ("gte" not in limits or value >= limits["gte"])
            and ("gt" not in limits or value > limits["gt"])
            and ("lte" not in limits or value <= limits["lte"])
            and ("lt" not in limits or value < limits["lt"])
        )

    return _scored(lambda source: any(within(comparable(kind, value)) for value in fields.values(source, name)))


def _scored(matches: Callable[[Source], bool]) -> Scorer:
    return lambda source: 1.0 if matches(source) else None


SortKey = Callable[[Hit], Any]


def _sort_keys(sort: Any, fields: Fields) -> list[tuple[SortKey, bool]]:
    """Documents without the field come last in either direction, as `missing: _last` says by default."""
    if not isinstance(sort, list):
        raise unsupported("sort that is not a list")
    keys: list[tuple[SortKey, bool]] = []
    for item in sort:
        name, direction = _single(item, "sort") if isinstance(item, dict) else (item, "asc")
        if direction not in ("asc", "desc"):
            raise unsupported(f"sort option {direction}")
        key = _by_score if name == "_score" else _by_field(fields, name, direction == "desc")
        keys.append((key, direction == "desc"))
    return keys


def _by_score(hit: Hit) -> float:
    return hit.score


def _by_field(fields: Fields, name: str, descending: bool) -> SortKey:
    kind = fields.type_of(name)
    if kind is None:
        raise SearchError(400, "query_shard_exception", f"No mapping found for [{name}] in order to sort on")

    def key(hit: Hit) -> Any:
        values = [comparable(kind, value) for value in fields.values(hit.source, name)]
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
        if fields.type_of(field) is None:
            raise unsupported(f"aggregation of the unmapped field {field}")
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
