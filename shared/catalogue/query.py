"""The catalogue: the queries that customers may make on the list of agents, and the same rules in plain Python for when
search is down.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from shared.catalogue.listing import ListingSummary
from shared.catalogue.searchable import SearchableListing
from shared.catalogue.wording import Wanted, score
from shared.specs.spec import SLUG_PATTERN, Category
from shared.values import Frozen
from shared.words.search_terms import search_words

MAX_PAGE = 100
MAX_PAGE_SIZE = 100
MAX_PRICE_CENTS = 100_000_000


class CatalogUnavailable(Exception):
    """The search index or the snapshot does not answer, or its answer does not hold agents."""


class Sort(StrEnum):
    """`sales` orders by the number of runs."""

    QUALITY = "quality"
    SALES = "sales"
    RECENT = "recent"


def _forbid_empty(schema: dict[str, Any]) -> None:
    """Refuse an empty text: to list everything, callers leave the parameter out."""
    schema.pop("default", None)
    schema["minLength"] = 1


class CatalogQuery(Frozen):
    q: Annotated[
        str,
        Field(
            max_length=200,
            description="Words to look for in an agent's name, tags, tagline, use cases and description, in any form "
            "or in a spelling near to it. Agents with more of the words come first, then those with rarer words and in "
            "more telling places. A text without any word is refused: leave `q` out to list all agents",
            json_schema_extra=_forbid_empty,
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
        Sort | None,
        Field(
            description="The best first (`quality`), the most often run first (`sales`), or the newest first "
            "(`recent`). Without: the best match first if there is a `q`, else the best first"
        ),
    ] = None
    page: Annotated[int, Field(ge=1, le=MAX_PAGE, description="The number of the page; the first is 1")] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE, description="How many agents a page has")] = 20

    @field_validator("q")
    @classmethod
    def _has_a_word(cls, text: str) -> str:
        if not search_words(text):
            raise PydanticCustomError("no_word", "Has no word to look for; leave it out to list all agents")
        return text

    @property
    def order(self) -> Sort:
        """The order among agents that `q` ranks equally, or of all agents if `q` is absent."""
        return self.sort or Sort.QUALITY

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
    """The list of agents. Every method may raise CatalogUnavailable."""

    def search(self, query: CatalogQuery, wanted: Wanted) -> CatalogPage: ...

    def categories(self) -> Mapping[Category, int]: ...


def select(listings: Iterable[SearchableListing], query: CatalogQuery, wanted: Wanted) -> CatalogPage:
    """The answer that the index would give, made from all published listings. `wanted` is the understood `query.q`."""
    scored = ((one.listing, score(one.terms, wanted)) for one in listings if matches(one.listing, query))
    found = [(listing, points) for listing, points in scored if points or not wanted]
    key = SORT_KEYS[query.order]
    found.sort(key=lambda one: (0 if query.sort else -one[1], key(one[0])))
    page = found[query.offset : query.offset + query.page_size]
    return CatalogPage(tuple(listing for listing, _ in page), len(found))


def matches(listing: ListingSummary, query: CatalogQuery) -> bool:
    """Whether the listing passes the query's filters."""
    return (
        (query.category is None or listing.category is query.category)
        and (query.tag is None or query.tag in listing.tags)
        and (query.min_price is None or listing.price.amount_cents >= query.min_price)
        and (query.max_price is None or listing.price.amount_cents <= query.max_price)
        and (query.min_rating is None or (listing.rating is not None and listing.rating >= query.min_rating))
    )


def count_categories(categories: Iterable[Category]) -> Mapping[Category, int]:
    """The number of agents in every category, including empty ones."""
    found = Counter(categories)
    return {category: found[category] for category in Category}


SortKey = Callable[[ListingSummary], tuple[float | str, ...]]
SORT_KEYS: Mapping[Sort, SortKey] = {
    Sort.QUALITY: lambda item: (-item.quality, -item.published_at.timestamp(), item.slug),
    Sort.SALES: lambda item: (-item.runs, -item.quality, item.slug),
    Sort.RECENT: lambda item: (-item.published_at.timestamp(), item.slug),
}
