"""The search index of published agents, through opensearch-py: the only module that imports it, and only on first
use.

Documents are versioned by the row they were made from (`version_type=external`), so events that arrive twice or in
the wrong order never overwrite newer ones. An agent that left the shelf stays as a document with `listed: false`: the
index forgets the version of a deleted document after a minute, and a late event would bring the agent back.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogPage, CatalogQuery, CatalogUnavailable, Sort, category_counts
from shared.specs.spec import Category

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

ALIAS = "agents"
MAPPING_VERSION = 2
"""Raise it when the mapping changes: a new index is filled first, then `take_over` moves the alias to it."""

TIMEOUT_SECONDS = 2.0

ANALYSIS: Mapping[str, Any] = {
    "char_filter": {"apostrophes": {"type": "mapping", "mappings": ["\u2019 => '"]}},
    "filter": {"stems": {"type": "stemmer", "language": "porter2"}},
    "analyzer": {
        "default": {
            "type": "custom",
            "char_filter": ["apostrophes"],
            "tokenizer": "standard",
            "filter": ["lowercase", "stems"],
        }
    },
}
"""`pricing` finds `prices`. `shared.words.search_terms` makes the same terms in plain Python. The stemmer knows only
straight apostrophes.
"""
TEXT = {"type": "text"}
KEYWORD_AND_TEXT = {"type": "keyword", "fields": {"text": {"type": "text"}}}
MAPPING: Mapping[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "slug": {"type": "keyword"},
        "listed": {"type": "boolean"},
        "name": TEXT,
        "tagline": TEXT,
        "description": TEXT,
        "category": KEYWORD_AND_TEXT,
        "tags": KEYWORD_AND_TEXT,
        "price_cents": {"type": "long"},
        "currency": {"type": "keyword"},
        "quality": {"type": "double"},
        "rating": {"type": "double"},
        "reviews": {"type": "long"},
        "runs": {"type": "long"},
        "published_at": {"type": "date"},
        "model": {"type": "keyword"},
    },
}
SETTINGS: Mapping[str, Any] = {
    # One node has nowhere to put a replica: the index would be yellow for ever. With more there is one.
    "index": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "1s"},
    "analysis": ANALYSIS,
}
SEARCHED = ["name^3", "tagline^2", "tags.text^2", "category.text", "description"]
SORTS: Mapping[Sort, list[dict[str, str]]] = {
    Sort.QUALITY: [{"quality": "desc"}, {"published_at": "desc"}, {"slug": "asc"}],
    Sort.SALES: [{"runs": "desc"}, {"quality": "desc"}, {"slug": "asc"}],
    Sort.RECENT: [{"published_at": "desc"}, {"slug": "asc"}],
}
LISTED = {"term": {"listed": True}}


class CatalogSearch:
    def __init__(self, url: str, *, sign_requests: bool = True, alias: str = ALIAS) -> None:
        self._url = url
        self._sign_requests = sign_requests
        self._alias = alias
        self._index = f"{alias}-{MAPPING_VERSION}"

    def search(self, query: CatalogQuery) -> CatalogPage:
        found = self._ask(search_body(query))
        try:
            items = tuple(listing_of(hit["_source"]) for hit in found["hits"]["hits"])
            return CatalogPage(items, found["hits"]["total"]["value"])
        except (KeyError, ValidationError) as error:
            raise CatalogUnavailable("the index holds a document that is not a listing") from error

    def categories(self) -> Mapping[Category, int]:
        found = self._ask(CATEGORIES_BODY)
        counted = {bucket["key"]: bucket["doc_count"] for bucket in found["aggregations"]["categories"]["buckets"]}
        return {category: counted.get(category.value, 0) for category in category_counts(())}

    def count(self) -> int:
        """Agents on the shelf."""
        from opensearchpy.exceptions import OpenSearchException

        try:
            return cast(int, self._client.count(index=self._alias, body={"query": LISTED})["count"])
        except OpenSearchException as error:
            raise CatalogUnavailable(_brief(error)) from error

    def put(self, listing: ListingSummary, version: int, *, description: str = "") -> bool:
        """Show the agent as it was at `version`. False if the index knows of a newer (or this very) version."""
        document = {**document_of(listing), "listed": True, "description": description}
        return self._write(listing.slug, document, version)

    def remove(self, slug: str, version: int) -> bool:
        """Take the agent off the shelf as of `version`. False as in `put`."""
        return self._write(slug, {"slug": slug, "listed": False}, version)

    def ensure_index(self) -> bool:
        """Create the index, and the alias if there is none. True if this call created it, and so it may miss agents."""
        from opensearchpy.exceptions import OpenSearchException, RequestError

        client = self._client
        try:
            if client.indices.exists(index=self._index):
                return False
            has_alias = bool(client.indices.exists_alias(name=self._alias))
            aliases: dict[str, Any] = {} if has_alias else {self._alias: {}}
            client.indices.create(
                index=self._index, body={"mappings": MAPPING, "settings": SETTINGS, "aliases": aliases}
            )
        except RequestError as error:
            if error.error == "resource_already_exists_exception":
                return False
            raise
        except OpenSearchException as error:
            raise CatalogUnavailable(_brief(error)) from error
        return True

    def take_over(self) -> None:
        """Point the alias at this index and at no other: searches move over in one step."""
        actions = [
            {"remove": {"index": f"{self._alias}-*", "alias": self._alias}},
            {"add": {"index": self._index, "alias": self._alias}},
        ]
        self._client.indices.update_aliases(body={"actions": actions})

    def refresh(self) -> None:
        """Make every write so far visible to searches; otherwise that takes up to a second."""
        self._client.indices.refresh(index=self._index)

    def _write(self, slug: str, document: Mapping[str, Any], version: int) -> bool:
        from opensearchpy.exceptions import ConflictError, OpenSearchException

        try:
            self._client.index(
                index=self._index, id=slug, body=dict(document), params={"version": version, "version_type": "external"}
            )
        except ConflictError:
            return False
        except OpenSearchException as error:
            raise CatalogUnavailable(_brief(error)) from error
        return True

    def _ask(self, body: Mapping[str, Any]) -> dict[str, Any]:
        from opensearchpy.exceptions import OpenSearchException

        try:
            return cast(dict[str, Any], self._client.search(index=self._alias, body=dict(body)))
        except OpenSearchException as error:
            raise CatalogUnavailable(_brief(error)) from error

    @cached_property
    def _client(self) -> "OpenSearch":
        """One try with a short timeout: the list has something to fall back to, and the caller waits."""
        from opensearchpy import OpenSearch, Urllib3HttpConnection

        return OpenSearch(
            hosts=[self._url],
            http_auth=_signer() if self._sign_requests else None,
            connection_class=Urllib3HttpConnection,
            timeout=TIMEOUT_SECONDS,
            max_retries=0,
            pool_maxsize=2,
        )


def document_of(listing: ListingSummary) -> dict[str, Any]:
    """A listing as the index keeps it: the price in fields of its own, so that ranges of it can be asked for."""
    fields = listing.model_dump(mode="json", exclude={"price"})
    return {**fields, "price_cents": listing.price.amount_cents, "currency": listing.price.currency}


def listing_of(document: Mapping[str, Any]) -> ListingSummary:
    """The listing that `document_of` made the document of. Raises KeyError or ValidationError for any other."""
    fields = {name: value for name, value in document.items() if name not in ("price_cents", "currency")}
    price = {"amount_cents": document["price_cents"], "currency": document["currency"]}
    return ListingSummary.model_validate({**fields, "price": price})


def search_body(query: CatalogQuery) -> dict[str, Any]:
    filters: list[dict[str, Any]] = [LISTED]
    if query.category is not None:
        filters.append({"term": {"category": query.category.value}})
    if query.tag is not None:
        filters.append({"term": {"tags": query.tag}})
    price = {name: value for name, value in (("gte", query.min_price), ("lte", query.max_price)) if value is not None}
    if price:
        filters.append({"range": {"price_cents": price}})
    if query.min_rating is not None:
        filters.append({"range": {"rating": {"gte": query.min_rating}}})
    conditions: dict[str, Any] = {"filter": filters}
    if query.q.strip():
        # Of a text without a single term the index makes a query that matches nothing.
        text = {"query": query.q, "fields": SEARCHED, "type": "cross_fields", "operator": "and"}
        conditions["must"] = [{"multi_match": text}]
    return {
        "query": {"bool": conditions},
        "sort": SORTS[query.sort],
        "from": query.offset,
        "size": query.page_size,
        "_source": {"excludes": ["listed", "description"]},
        "track_total_hits": True,
    }


CATEGORIES_BODY: Mapping[str, Any] = {
    "size": 0,
    "query": {"bool": {"filter": [LISTED]}},
    "aggs": {"categories": {"terms": {"field": "category", "size": 50}}},
}


def _signer() -> Any:
    """Requests to the domain are signed with the function's own role."""
    import boto3
    from opensearchpy import Urllib3AWSV4SignerAuth

    session = cast(Any, boto3).Session()
    return Urllib3AWSV4SignerAuth(session.get_credentials(), session.region_name, "es")


def _brief(error: Exception) -> str:
    return f"search: {type(error).__name__}"
