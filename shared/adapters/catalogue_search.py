"""The search index of published agents, through opensearch-py: the only module that imports it, and only on first
use.

Documents carry the version of their row (`version_type=external`), so events that arrive twice or in the wrong order
never overwrite newer ones. A withdrawn agent stays as a document with `listed: false`: the index forgets the version of
a deleted document after a minute, and then a late event would bring the agent back.

The index only adds up weights: the terms of a text come from `shared.words.search_terms`, and the weight of each term
comes with the query from `shared.catalogue.wording`.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogPage, CatalogQuery, CatalogUnavailable, Sort, count_categories
from shared.catalogue.searchable import SearchField
from shared.catalogue.snapshot import CatalogueEntry, EntryRefused
from shared.catalogue.wording import Wanted, WantedWord
from shared.specs.spec import Category

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

ALIAS = "agents"
MAPPING_VERSION = 3
"""Increase this when the mapping changes. A new index is then filled, and `take_over` moves the alias to it."""

TIMEOUT_SECONDS = 2.0

SHOWN_ONLY = {"type": "keyword", "index": False, "doc_values": False}
KEYWORD = {"type": "keyword"}
TERMS: Mapping[SearchField, str] = {field: f"{field.value}_terms" for field in SearchField}
MAPPING: Mapping[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "slug": KEYWORD,
        "listed": {"type": "boolean"},
        "name": SHOWN_ONLY,
        "tagline": SHOWN_ONLY,
        "category": KEYWORD,
        "tags": KEYWORD,
        "price_cents": {"type": "long"},
        "currency": KEYWORD,
        "quality": {"type": "double"},
        "rating": {"type": "double"},
        "reviews": {"type": "long"},
        "runs": {"type": "long"},
        "published_at": {"type": "date"},
        "model": KEYWORD,
        **dict.fromkeys(TERMS.values(), KEYWORD),
    },
}
SETTINGS: Mapping[str, Any] = {
    # A single node has no place for a replica, and the index would stay yellow. With more nodes there is one replica.
    "index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "1s"},
}
SORTS: Mapping[Sort, list[dict[str, str]]] = {
    Sort.QUALITY: [{"quality": "desc"}, {"published_at": "desc"}, {"slug": "asc"}],
    Sort.SALES: [{"runs": "desc"}, {"quality": "desc"}, {"slug": "asc"}],
    Sort.RECENT: [{"published_at": "desc"}, {"slug": "asc"}],
}
LISTED = {"term": {"listed": True}}
DOES_NOT_FIT = {"mapper_parsing_exception", "strict_dynamic_mapping_exception", "document_parsing_exception"}
"""Error types of a healthy service (400) that refuses this document."""


class CatalogSearch:
    def __init__(self, url: str, *, sign_requests: bool = True, alias: str = ALIAS) -> None:
        self._url = url
        self._sign_requests = sign_requests
        self._alias = alias
        self._index = f"{alias}-{MAPPING_VERSION}"

    def search(self, query: CatalogQuery, wanted: Wanted) -> CatalogPage:
        found = self._ask(search_body(query, wanted))
        try:
            items = tuple(listing_of(hit["_source"]) for hit in found["hits"]["hits"])
            return CatalogPage(items, found["hits"]["total"]["value"])
        except (KeyError, ValidationError) as error:
            raise CatalogUnavailable("the index holds a document that is not a listing") from error

    def categories(self) -> Mapping[Category, int]:
        found = self._ask(CATEGORIES_BODY)
        counted = {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["categories"]["buckets"]}
        return {category: counted.get(category.value, 0) for category in count_categories(())}

    def count(self) -> int:
        """The number of listed agents."""
        from opensearchpy.exceptions import OpenSearchException

        try:
            return cast(int, self._client.count(index=self._alias, body={"query": LISTED})["count"])
        except OpenSearchException as error:
            raise CatalogUnavailable(_shorten(error)) from error

    def put(self, entries: Iterable[CatalogueEntry], *, again: bool = False) -> int:
        """List the agents as of their versions, or unlist them. Returns how many of the entries were newer than the
        index.

        `again` also writes entries whose version is in the index already. Raises EntryRefused, but only after all other
        entries are written.
        """
        written, refusals = 0, list[EntryRefused]()
        for entry in entries:
            try:
                written += self._write(entry, "external_gte" if again else "external")
            except EntryRefused as error:
                refusals.append(error)
        if refusals:
            raise EntryRefused("; ".join(map(str, refusals))[:1000]) from refusals[0]
        return written

    def needs_filling(self) -> bool:
        """Create the index if it does not exist. True until `take_over`, since until then the index may lack agents."""
        from opensearchpy.exceptions import OpenSearchException, RequestError

        indices = self._client.indices
        try:
            if not indices.exists(index=self._index):
                indices.create(index=self._index, body={"mappings": MAPPING, "settings": SETTINGS})
                return True
            return not indices.exists_alias(name=self._alias, index=self._index)
        except RequestError as error:
            if error.error == "resource_already_exists_exception":
                return True
            raise
        except OpenSearchException as error:
            raise CatalogUnavailable(_shorten(error)) from error

    def take_over(self) -> None:
        """Point the alias at this index only, so that searches switch to it in one step."""
        from opensearchpy.exceptions import OpenSearchException

        actions = [
            {"remove": {"index": f"{self._alias}-*", "alias": self._alias}},
            {"add": {"index": self._index, "alias": self._alias}},
        ]
        try:
            self._client.indices.update_aliases(body={"actions": actions})
        except OpenSearchException as error:
            raise CatalogUnavailable(_shorten(error)) from error

    def refresh(self) -> None:
        """Make all earlier writes visible to searches now; otherwise that takes up to a second."""
        self._client.indices.refresh(index=self._index)

    def _write(self, entry: CatalogueEntry, kind: str) -> bool:
        from opensearchpy.exceptions import ConflictError, OpenSearchException, RequestError

        try:
            self._client.index(
                index=self._index,
                id=entry.slug,
                body=document_of(entry),
                params={"version": entry.version, "version_type": kind},
            )
        except ConflictError:
            return False
        except RequestError as error:
            if error.error in DOES_NOT_FIT:
                raise EntryRefused(f"search refuses {entry.slug}: {error.error}") from error
            raise CatalogUnavailable(_shorten(error)) from error
        except OpenSearchException as error:
            raise CatalogUnavailable(_shorten(error)) from error
        return True

    def _ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        from opensearchpy.exceptions import OpenSearchException

        try:
            return cast(dict[str, Any], self._client.search(index=self._alias, body=dict(body)))
        except OpenSearchException as error:
            raise CatalogUnavailable(_shorten(error)) from error

    @cached_property
    def _client(self) -> "OpenSearch":
        """A client with a short timeout and no retries, since the caller waits and lists can fall back to the
        snapshot.
        """
        from opensearchpy import OpenSearch, Urllib3HttpConnection

        return OpenSearch(
            hosts=[self._url],
            http_auth=_make_signer() if self._sign_requests else None,
            connection_class=Urllib3HttpConnection,
            timeout=TIMEOUT_SECONDS,
            max_retries=0,
            pool_maxsize=2,
        )


def document_of(entry: CatalogueEntry) -> dict[str, Any]:
    """A row as an index document. The price has its own fields, so that queries can ask for ranges."""
    if entry.shown is None:
        return {"slug": entry.slug, "listed": False}
    listing = entry.shown.listing
    return {
        **listing.model_dump(mode="json", exclude={"price"}),
        "price_cents": listing.price.amount_cents,
        "currency": listing.price.currency,
        "listed": True,
        **{name: sorted(entry.shown.terms[field]) for field, name in TERMS.items()},
    }


def listing_of(document: Mapping[str, Any]) -> ListingSummary:
    """The listing in a document made by `document_of`. Raises KeyError or ValidationError for any other document."""
    fields = {name: value for name, value in document.items() if name not in ("price_cents", "currency")}
    price = {"amount_cents": document["price_cents"], "currency": document["currency"]}
    return ListingSummary.model_validate({**fields, "price": price})


def search_body(query: CatalogQuery, wanted: Wanted) -> dict[str, Any]:
    conditions: dict[str, Any] = {"filter": make_filters(query)}
    if wanted:
        conditions["should"] = [match_any_form(word) for word in wanted]
        conditions["minimum_should_match"] = 1
    best_first = [{"_score": "desc"}] if wanted and query.sort is None else []
    return {
        "query": {"bool": conditions},
        "sort": [*best_first, *SORTS[query.order]],
        "from": query.offset,
        "size": query.page_size,
        "_source": {"excludes": ["listed", *TERMS.values()]},
        "track_total_hits": True,
    }


def make_filters(query: CatalogQuery) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [LISTED]
    if query.category is not None:
        found.append({"term": {"category": query.category.value}})
    if query.tag is not None:
        found.append({"term": {"tags": query.tag}})
    price = {name: value for name, value in (("gte", query.min_price), ("lte", query.max_price)) if value is not None}
    if price:
        found.append({"range": {"price_cents": price}})
    if query.min_rating is not None:
        found.append({"range": {"rating": {"gte": query.min_rating}}})
    return found


def match_any_form(word: WantedWord) -> dict[str, Any]:
    """A query that scores a listing by the best field in which it has the word."""
    places = [
        {"constant_score": {"filter": {"terms": {TERMS[field]: sorted(terms)}}, "boost": worth}}
        for field, terms, worth in word.weights()
    ]
    return {"dis_max": {"queries": places, "tie_breaker": 0}}


CATEGORIES_BODY: Mapping[str, Any] = {
    "size": 0,
    "query": {"bool": {"filter": [LISTED]}},
    "aggs": {"categories": {"terms": {"field": "category", "size": 50}}},
}


def _make_signer() -> Any:
    """Signs requests to the domain with the function's own role."""
    import boto3
    from opensearchpy import Urllib3AWSV4SignerAuth

    session = cast(Any, boto3).Session()
    return Urllib3AWSV4SignerAuth(session.get_credentials(), session.region_name, "es")


def _shorten(error: Exception) -> str:
    return f"search: {type(error).__name__}"
