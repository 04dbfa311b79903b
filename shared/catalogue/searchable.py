"""A listing and its search terms, in the form that the search index and the snapshot store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.catalogue.listing import ListingSummary
from shared.words.search_terms import search_terms


class SearchField(StrEnum):
    """The fields that are searched. Fields that people read come first."""

    NAME = "name"
    TAGS = "tags"
    TAGLINE = "tagline"
    USE_CASES = "use_cases"
    DESCRIPTION = "description"


FIELD_WEIGHTS: Mapping[SearchField, int] = {
    SearchField.NAME: 8,
    SearchField.TAGS: 4,
    SearchField.TAGLINE: 4,
    SearchField.USE_CASES: 2,
    SearchField.DESCRIPTION: 1,
}
"""The weight of a word in each field. The category counts as a tag."""

Terms = Mapping[SearchField, frozenset[str]]


@dataclass(frozen=True)
class SearchableListing:
    listing: ListingSummary
    terms: Terms


def make_searchable(
    listing: ListingSummary, *, description: str = "", use_cases: Sequence[str] = ()
) -> SearchableListing:
    texts: Mapping[SearchField, Iterable[str]] = {
        SearchField.NAME: (listing.name,),
        SearchField.TAGS: (*listing.tags, listing.category.value),
        SearchField.TAGLINE: (listing.tagline,),
        SearchField.USE_CASES: use_cases,
        SearchField.DESCRIPTION: (description,),
    }
    terms = {field: frozenset[str]().union(*map(search_terms, of_field)) for field, of_field in texts.items()}
    return SearchableListing(listing, terms)
