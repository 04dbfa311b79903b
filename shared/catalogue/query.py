"""The catalogue: what customers may ask a list of agents for, and the same rules in plain Python for when search is
down.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import Field

from shared.catalogue.listing import ListingSummary
from shared.specs.spec import SLUG_PATTERN, Category
from shared.values import Frozen
from shared.words.search_terms import search_terms

MAX_PAGE = 100
MAX_PAGE_SIZE = 100
MAX_PRICE_CENTS = 100_000_000


class CatalogUnavailable(Exception):
    """The search index does not answer, or answers with something else than agents."""


class Sort(StrEnum):
    """`sales` orders by the number of runs."""

    QUALITY = "quality"
    SALES = "sales"
    RECENT = "recent"


class CatalogQuery(Frozen):
    q: Annotated[
        str,
        Field(
            max_length=200,
            description="Every word has to occur in the agent's texts. Signs without a word find nothing",
        ),
    ] = ""
    category: Annotated[Category | None, Field(description="One of `GET /categories`")] = None
    tag: Annotated[
        str | None, Field(pattern=SLUG_PATTERN, max_length=32, description="One of the tags that agents carry")
    ] = None
    min_price: Annotated[int | None, Field(ge=0, le=MAX_PRICE_CENTS, description="Cents a month")] = None
    max_price: Annotated[int | None, Field(ge=0, le=MAX_PRICE_CENTS, description="Cents a month")] = None
    min_rating: Annotated[float | None, Field(ge=0, le=5, description="Leaves out agents without reviews")] = None
    sort: Annotated[
        Sort, Field(description="The best first, the most often run first (`sales`), or the newest first (`recent`)")
    ] = Sort.QUALITY
    page: Annotated[int, Field(ge=1, le=MAX_PAGE, description="The number of the page; the first is 1")] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE, description="How many agents a page has")] = 20

    @property
    def last_page(self) -> int:
        return MAX_PAGE

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.page_size


@dataclass(frozen=True)
class CatalogPage:
    items: tuple[ListingSummary, ...]
    total: int


class Catalog(Protocol):
    """Every method raises CatalogUnavailable."""

    def search(self, query: CatalogQuery) -> CatalogPage: ...

    def categories(self) -> Mapping[Category, int]: ...


def select(listings: Iterable[ListingSummary], query: CatalogQuery) -> CatalogPage:
    """What the index would answer, from all published listings."""
    found = sorted((listing for listing in listings if matches(listing, query)), key=SORT_KEYS[query.sort])
    return CatalogPage(tuple(found[query.offset : query.offset + query.page_size]), len(found))


def matches(listing: ListingSummary, query: CatalogQuery) -> bool:
    return (
        (query.category is None or listing.category is query.category)
        and (query.tag is None or query.tag in listing.tags)
        and (query.min_price is None or listing.price.amount_cents >= query.min_price)
        and (query.max_price is None or listing.price.amount_cents <= query.max_price)
        and (query.min_rating is None or (listing.rating is not None and listing.rating >= query.min_rating))
        and has_words(listing, query.q)
    )


def has_words(listing: ListingSummary, text: str) -> bool:
    """An empty search box asks for nothing in particular; `!!!` asks for something that no agent has."""
    wanted = search_terms(text)
    return wanted <= search_terms(searchable_text(listing)) if wanted else not text.strip()


def searchable_text(listing: ListingSummary) -> str:
    return " ".join((listing.name, listing.tagline, *listing.tags, listing.category.value))


def category_counts(categories: Iterable[Category]) -> Mapping[Category, int]:
    """Every category of the vocabulary, those without agents too."""
    found = Counter(categories)
    return {category: found[category] for category in Category}


SortKey = Callable[[ListingSummary], tuple[float | str, ...]]
SORT_KEYS: Mapping[Sort, SortKey] = {
    Sort.QUALITY: lambda item: (-item.quality, -item.published_at.timestamp(), item.slug),
    Sort.SALES: lambda item: (-item.runs, -item.quality, item.slug),
    Sort.RECENT: lambda item: (-item.published_at.timestamp(), item.slug),
}
