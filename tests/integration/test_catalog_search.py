"""One suite for the search index: against the stand-in, and against a real OpenSearch when OPENSEARCH_URL names one."""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from local.standins.opensearch.app import create_app
from shared.adapters.catalogue_search import MAPPING_VERSION, SETTINGS, CatalogSearch
from shared.catalogue.query import CatalogQuery, CatalogUnavailable, Sort, select
from shared.specs.spec import Category
from tests.fakes.listings import a_listing, some_listings
from tests.fakes.served import served

REAL = os.environ.get("OPENSEARCH_URL", "")


@pytest.fixture(
    scope="module",
    params=["stand-in", pytest.param("real", marks=pytest.mark.skipif(not REAL, reason="OPENSEARCH_URL is not set"))],
)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "real":
        yield REAL
        return
    with served(create_app(tmp_path_factory.mktemp("search"))) as address:
        yield f"http://{address}"


@pytest.fixture
def client(url: str) -> OpenSearch:
    return OpenSearch(hosts=[url])


@pytest.fixture
def search(url: str, client: OpenSearch) -> Iterator[CatalogSearch]:
    alias = f"test-{uuid4().hex[:10]}"
    yield CatalogSearch(url, sign_requests=False, alias=alias)
    client.indices.delete(index=f"{alias}-{MAPPING_VERSION}", ignore=[404])


@pytest.fixture
def stocked(search: CatalogSearch) -> CatalogSearch:
    search.ensure_index()
    for listing in some_listings():
        search.put(listing, 1, description="Reads what you paste and answers in plain words")
    search.refresh()
    return search


WORDLESS = [" !? ", "!!!", "*", "_", '"', "-- ... --", "\U0001f680", "\U0001f469\u200d\U0001f4bb \u2764\ufe0f"]
QUERIES = [
    CatalogQuery(),
    CatalogQuery(sort=Sort.RECENT),
    CatalogQuery(sort=Sort.SALES),
    CatalogQuery(category=Category.FINANCE),
    CatalogQuery(tag="monitoring"),
    CatalogQuery(min_price=1000, max_price=2900),
    CatalogQuery(min_price=5000),
    CatalogQuery(min_rating=3.5),
    CatalogQuery(q="prices"),
    CatalogQuery(q="Price WATCH"),
    CatalogQuery(q="monitoring sales"),
    CatalogQuery(q="price"),
    CatalogQuery(q="watches competitor price"),
    CatalogQuery(q="no such words"),
    CatalogQuery(q="  "),
    CatalogQuery(q="pricing"),
    CatalogQuery(q="competitor’s prices"),
    CatalogQuery(q="competitor's price"),
    CatalogQuery(q="monitor"),
    CatalogQuery(q="replying"),
    CatalogQuery(q="price,watch"),
    CatalogQuery(q="price_watch"),
    CatalogQuery(q="price:watch"),
    CatalogQuery(q="price !?"),
    CatalogQuery(q="prices *"),
    CatalogQuery(q="!!!", category=Category.FINANCE),
    *(CatalogQuery(q=text) for text in WORDLESS),
    CatalogQuery(page=2, page_size=4),
    CatalogQuery(page=9, page_size=4),
    CatalogQuery(q="replies", category=Category.SUPPORT, max_price=4900, sort=Sort.RECENT),
]


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.model_dump(exclude_defaults=True)))
def test_the_index_and_the_plain_rules_find_the_same_agents_in_the_same_order(
    stocked: CatalogSearch, query: CatalogQuery
) -> None:
    assert stocked.search(query) == select(some_listings(), query)


@pytest.mark.parametrize("text", WORDLESS)
def test_a_text_without_a_word_finds_nothing(stocked: CatalogSearch, text: str) -> None:
    assert stocked.search(CatalogQuery(q=text)).total == 0
    assert select(some_listings(), CatalogQuery(q=text)).total == 0


def test_words_of_the_description_are_found_too(stocked: CatalogSearch) -> None:
    assert stocked.search(CatalogQuery(q="plain words")).total == 6


def test_categories_are_counted_with_those_that_have_no_agents(stocked: CatalogSearch) -> None:
    counts = stocked.categories()
    assert counts[Category.FINANCE] == 2
    assert counts[Category.LEGAL_AND_COMPLIANCE] == 0
    assert set(counts) == set(Category)


def test_an_older_version_never_overwrites_a_newer_one(search: CatalogSearch) -> None:
    search.ensure_index()
    assert search.put(a_listing(price_cents=2000), 5)
    assert not search.put(a_listing(price_cents=1000), 4)
    assert not search.put(a_listing(price_cents=1500), 5)
    search.refresh()
    assert [item.price.amount_cents for item in search.search(CatalogQuery()).items] == [2000]


def test_a_late_event_does_not_bring_a_removed_agent_back(search: CatalogSearch) -> None:
    search.ensure_index()
    search.put(a_listing(), 1)
    assert search.remove("invoice-chaser", 3)
    assert not search.put(a_listing(), 2)
    search.refresh()
    assert search.search(CatalogQuery()).total == 0
    assert search.count() == 0


def test_an_agent_can_come_back_with_a_newer_version(search: CatalogSearch) -> None:
    search.ensure_index()
    search.remove("invoice-chaser", 3)
    assert search.put(a_listing(), 4)
    search.refresh()
    assert search.count() == 1


def test_creating_the_index_twice_creates_it_once(search: CatalogSearch) -> None:
    assert search.ensure_index()
    assert not search.ensure_index()


def test_the_alias_moves_in_one_step(search: CatalogSearch, client: OpenSearch) -> None:
    alias = search._alias  # pyright: ignore[reportPrivateUsage]
    older = {
        "aliases": {alias: {}},
        "settings": SETTINGS,
        "mappings": {"dynamic": "strict", "properties": {"slug": {"type": "keyword"}}},
    }
    client.indices.create(index=f"{alias}-0", body=older)
    try:
        assert search.ensure_index()
        assert set(client.indices.get_alias(name=alias)) == {f"{alias}-0"}
        search.take_over()
        assert set(client.indices.get_alias(name=alias)) == {f"{alias}-{MAPPING_VERSION}"}
    finally:
        client.indices.delete(index=f"{alias}-0")


def test_a_missing_index_is_an_unavailable_catalogue(search: CatalogSearch) -> None:
    with pytest.raises(CatalogUnavailable):
        search.search(CatalogQuery())


def test_a_server_that_does_not_answer_is_an_unavailable_catalogue() -> None:
    with pytest.raises(CatalogUnavailable):
        CatalogSearch("http://127.0.0.1:9", sign_requests=False).search(CatalogQuery())


def test_fields_outside_the_mapping_are_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    index = f"{stocked._alias}-{MAPPING_VERSION}"  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(RequestError, match="strict_dynamic_mapping_exception"):
        client.index(index=index, id="x", body={"slug": "x", "surprise": 1})


def test_sorting_by_a_text_field_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises(RequestError, match="illegal_argument_exception"):
        client.search(index=stocked._alias, body={"sort": [{"name": "asc"}]})  # pyright: ignore[reportPrivateUsage]


def test_a_query_that_does_not_exist_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises(RequestError, match="parsing_exception"):
        client.search(index=stocked._alias, body={"query": {"no_such_query": {}}})  # pyright: ignore[reportPrivateUsage]


def test_too_deep_a_page_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises((RequestError, NotFoundError)):
        client.search(index=stocked._alias, body={"from": 10_000, "size": 10})  # pyright: ignore[reportPrivateUsage]
