"""The stand-in's search against the plain rules of the catalogue, for any listings and any question."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from local.standins.opensearch.fields import Fields
from local.standins.opensearch.query import run_search
from shared.adapters.catalogue_search import MAPPING, document_of, listing_of, search_body
from shared.catalogue.query import CatalogQuery, Sort, select
from shared.catalogue.searchable import SearchableListing, make_searchable
from shared.catalogue.snapshot import CatalogueEntry
from shared.catalogue.wording import Vocabulary, understand_words
from shared.specs.spec import Category
from tests.fakes.listings import a_listing

WORDS = [
    "price",
    "prices",
    "watch",
    "companies",
    "company",
    "invoice",
    "Invoices",
    "bus",
    "status",
    "ties",
    "pricing",
    "watching",
    "Company’s",
    "company's",
    "u.s.a.",
    "v1.2",
    "cash_flow",
    "1,200",
]
TYPED = ["nothing", "pirce", "watchng", "invoicewatch", "in voice", "compnay", "the"]
TAGS = ["pricing", "monitoring", "email"]
FIELDS = Fields(dict(MAPPING))


@st.composite
def listings(draw: st.DrawFn) -> list[SearchableListing]:
    slugs = draw(st.lists(st.sampled_from([f"agent-{number}" for number in range(12)]), unique=True, max_size=8))
    return [
        make_searchable(
            a_listing(
                slug,
                name=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=3))),
                tagline=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=3))),
                category=draw(st.sampled_from(list(Category)[:3])),
                tags=tuple(draw(st.lists(st.sampled_from(TAGS), unique=True, max_size=2))),
                price_cents=draw(st.integers(0, 5)) * 100,
                quality=draw(st.integers(7, 10)),
                rating=draw(st.none() | st.floats(1, 5)),
                runs=draw(st.integers(0, 3)),
                published_at=datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=draw(st.integers(0, 3))),
            ),
            description=" ".join(draw(st.lists(st.sampled_from(WORDS), max_size=4))),
            use_cases=draw(st.lists(st.sampled_from(WORDS), max_size=2)),
        )
        for slug in slugs
    ]


QUERIES = st.builds(
    CatalogQuery,
    q=st.lists(st.sampled_from([*WORDS, *TYPED]), min_size=1, max_size=3).map(" ".join),
    category=st.none() | st.sampled_from(list(Category)[:3]),
    tag=st.none() | st.sampled_from(TAGS),
    min_price=st.none() | st.integers(0, 500),
    max_price=st.none() | st.integers(0, 500),
    min_rating=st.none() | st.floats(0, 5),
    sort=st.none() | st.sampled_from(Sort),
    page=st.integers(1, 3),
    page_size=st.integers(1, 4),
)


@given(listings(), QUERIES)
def test_both_find_the_same_in_the_same_order(stocked: list[SearchableListing], query: CatalogQuery) -> None:
    documents = {one.listing.slug: document_of(CatalogueEntry(one.listing.slug, 1, one)) for one in stocked}
    documents["withdrawn"] = document_of(CatalogueEntry("withdrawn", 2))
    wanted = understand_words(query.q, Vocabulary.of(stocked))
    result = run_search(search_body(query, wanted), documents, FIELDS)["hits"]
    expected = select(stocked, query, wanted)
    assert result["total"]["value"] == expected.total
    assert tuple(listing_of(hit["_source"]) for hit in result["hits"]) == expected.items
