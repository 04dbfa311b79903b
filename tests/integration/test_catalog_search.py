"""One suite for what customers find: the index and the snapshot's plain rules, held to one another.

The index is the stand-in, and a real OpenSearch when OPENSEARCH_URL names one.
"""

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import NotFoundError, RequestError

from local.standins.opensearch.app import create_app
from shared.adapters import catalogue_search
from shared.adapters.catalogue_search import MAPPING_VERSION, SETTINGS, CatalogSearch
from shared.catalogue.query import CatalogQuery, CatalogUnavailable, Sort, select
from shared.catalogue.snapshot import CatalogueEntry, EntryRefused
from shared.catalogue.wording import Vocabulary, understand_words
from shared.specs.spec import Category
from tests.contracts.snapshot_store import an_entry
from tests.fakes.listings import some_searchable
from tests.fakes.served import served

REAL = os.environ.get("OPENSEARCH_URL", "")


@pytest.fixture(
    scope="module",
    params=[
        "stand-in",
        pytest.param(
            "real", marks=pytest.mark.skipif(not REAL, reason="no real OpenSearch: OPENSEARCH_URL=http://… make test")
        ),
    ],
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
    search.needs_filling()
    search.put([CatalogueEntry(one.listing.slug, 1, one) for one in some_searchable()])
    search.take_over()
    search.refresh()
    return search


WORDS = [
    "prices", "Price WATCH", "monitoring sales", "watches competitor price", "no such words", "pricing", "monitor",
    "competitor’s prices", "competitor's price", "replying", "price,watch", "price_watch", "price:watch", "price !?",
    "spreadsheet", "spread sheet", "spread-sheets", "followup", "follow-ups", "follow up", "pricewatch", "in box",
    "compettitor", "invioces", "biling", "spredsheet", "tendr", "late payments", "the", "how to", "PAYMENTS late bills",
    "finance", "cafe", "café", "invoice price rota reply ledger tender", "x" * 190,
]  # fmt: skip
QUERIES = [
    CatalogQuery(),
    CatalogQuery(sort=Sort.QUALITY),
    CatalogQuery(sort=Sort.RECENT),
    CatalogQuery(sort=Sort.SALES),
    CatalogQuery(category=Category.FINANCE),
    CatalogQuery(tag="monitoring"),
    CatalogQuery(min_price=1000, max_price=2900),
    CatalogQuery(min_price=5000),
    CatalogQuery(min_rating=3.5),
    *(CatalogQuery(q=text) for text in WORDS),
    CatalogQuery(page=2, page_size=4),
    CatalogQuery(page=9, page_size=4),
    CatalogQuery(q="watching invoices and answering customers", page=2, page_size=1),
    CatalogQuery(q="replies", category=Category.SUPPORT, max_price=4900, sort=Sort.RECENT),
    CatalogQuery(q="payments prices", sort=Sort.SALES),
]


@pytest.mark.parametrize("vocabulary", [Vocabulary.of(some_searchable()), Vocabulary()], ids=["known", "unknown"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.model_dump(exclude_defaults=True))[:60])
def test_the_index_and_the_plain_rules_find_the_same_agents_in_the_same_order(
    stocked: CatalogSearch, query: CatalogQuery, vocabulary: Vocabulary
) -> None:
    wanted = understand_words(query.q, vocabulary)
    assert stocked.search(query, wanted) == select(some_searchable(), query, wanted)


FOUND_BY = {
    "plural": ("discount", "price-watch"),
    "another form": ("recovered payment", "invoice-chaser"),
    "a use case": ("sick", "rota-fixer"),
    "a description": ("shifts", "rota-fixer"),
    "two words written as one": ("followups", "invoice-chaser"),
    "one word written as two": ("spread sheets", "price-watch"),
    "a word that the listing writes as two": ("spreadsheets", "tender-radar"),
    "a letter left out": ("discunts", "price-watch"),
    "two letters exchanged": ("tedners", "tender-radar"),
    "one word of several": ("unheard inbox", "reply-desk"),
}


@pytest.mark.parametrize("kind", FOUND_BY)
def test_a_listing_is_found_by(stocked: CatalogSearch, kind: str) -> None:
    text, slug = FOUND_BY[kind]
    wanted = understand_words(text, Vocabulary.of(some_searchable()))
    assert slug in [item.slug for item in stocked.search(CatalogQuery(q=text), wanted).items]


def test_categories_are_counted_with_those_that_have_no_agents(stocked: CatalogSearch) -> None:
    counts = stocked.categories()
    assert counts[Category.FINANCE] == 2
    assert counts[Category.LEGAL_AND_COMPLIANCE] == 0
    assert set(counts) == set(Category)


EVERYTHING = CatalogQuery()


@pytest.fixture
def ready(search: CatalogSearch) -> CatalogSearch:
    search.needs_filling()
    search.take_over()
    return search


def cents(search: CatalogSearch) -> list[int]:
    search.refresh()
    return [item.price.amount_cents for item in search.search(EVERYTHING, ()).items]


def test_an_older_version_never_overwrites_a_newer_one(ready: CatalogSearch) -> None:
    assert ready.put([an_entry(version=5, price_cents=2000)]) == 1
    assert ready.put([an_entry(version=4, price_cents=1000), an_entry(version=5, price_cents=1500)]) == 0
    assert cents(ready) == [2000]


def test_writing_anew_overwrites_the_same_version_and_no_newer_one(ready: CatalogSearch) -> None:
    ready.put([an_entry(version=5, price_cents=2000)])
    assert ready.put([an_entry(version=5, price_cents=2500)], again=True) == 1
    assert ready.put([an_entry(version=4, price_cents=1000)], again=True) == 0
    assert cents(ready) == [2500]


def test_a_late_event_does_not_bring_a_removed_agent_back(ready: CatalogSearch) -> None:
    ready.put([an_entry(version=1)])
    assert ready.put([CatalogueEntry("invoice-chaser", 3)]) == 1
    assert ready.put([an_entry(version=2)]) == 0
    assert cents(ready) == []
    assert ready.count() == 0


def test_an_agent_can_come_back_with_a_newer_version(ready: CatalogSearch) -> None:
    ready.put([CatalogueEntry("invoice-chaser", 3)])
    assert ready.put([an_entry(version=4)]) == 1
    ready.refresh()
    assert ready.count() == 1


def test_an_index_needs_filling_until_it_has_taken_over(search: CatalogSearch) -> None:
    assert search.needs_filling()
    assert search.needs_filling()
    search.take_over()
    assert not search.needs_filling()


def test_nothing_is_searched_in_an_index_that_is_not_filled(search: CatalogSearch) -> None:
    search.needs_filling()
    with pytest.raises(CatalogUnavailable):
        search.search(EVERYTHING, ())


def test_the_alias_moves_in_one_step(search: CatalogSearch, client: OpenSearch) -> None:
    alias = search._alias  # pyright: ignore[reportPrivateUsage]
    older = {
        "aliases": {alias: {}},
        "settings": SETTINGS,
        "mappings": {"dynamic": "strict", "properties": {"slug": {"type": "keyword"}}},
    }
    client.indices.create(index=f"{alias}-0", body=older)
    try:
        assert search.needs_filling()
        assert set(client.indices.get_alias(name=alias)) == {f"{alias}-0"}
        search.take_over()
        assert set(client.indices.get_alias(name=alias)) == {f"{alias}-{MAPPING_VERSION}"}
    finally:
        client.indices.delete(index=f"{alias}-0")


def test_a_missing_index_is_an_unavailable_catalogue(search: CatalogSearch) -> None:
    with pytest.raises(CatalogUnavailable):
        search.search(EVERYTHING, ())


def test_a_server_that_does_not_answer_is_an_unavailable_catalogue() -> None:
    with pytest.raises(CatalogUnavailable):
        CatalogSearch("http://127.0.0.1:9", sign_requests=False).search(EVERYTHING, ())


def test_fields_outside_the_mapping_are_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    index = f"{stocked._alias}-{MAPPING_VERSION}"  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(RequestError, match="strict_dynamic_mapping_exception"):
        client.index(index=index, id="x", body={"slug": "x", "surprise": 1})


def test_searching_in_a_field_that_is_only_shown_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises(RequestError, match=r"query_shard_exception|search_phase_execution_exception"):
        client.search(index=stocked._alias, body={"query": {"term": {"name": "x"}}})  # pyright: ignore[reportPrivateUsage]


def test_a_query_that_does_not_exist_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises(RequestError, match="parsing_exception"):
        client.search(index=stocked._alias, body={"query": {"no_such_query": {}}})  # pyright: ignore[reportPrivateUsage]


def test_too_deep_a_page_is_refused(stocked: CatalogSearch, client: OpenSearch) -> None:
    with pytest.raises((RequestError, NotFoundError)):
        client.search(index=stocked._alias, body={"from": 10_000, "size": 10})  # pyright: ignore[reportPrivateUsage]


def test_a_document_that_does_not_fit_is_refused_and_the_others_of_its_page_are_written(
    ready: CatalogSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = catalogue_search.document_of
    monkeypatch.setattr(
        catalogue_search,
        "document_of",
        lambda entry: {**right(entry), **({"quality": "high"} if entry.slug == "odd" else {})},
    )
    with pytest.raises(EntryRefused, match="odd"):
        ready.put([an_entry("odd", 1), an_entry("even", 1)])
    ready.refresh()
    assert [item.slug for item in ready.search(EVERYTHING, ()).items] == ["even"]


def test_an_index_that_is_not_there_refuses_nothing(search: CatalogSearch) -> None:
    """That is an outage: the entry comes again. A real service would make an index of its own."""
    if not REAL:
        with pytest.raises(CatalogUnavailable):
            search.put([an_entry("even", 1)])
