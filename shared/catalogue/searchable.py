"""A listing with the terms that it is found by, as the search index and the snapshot hold it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.catalogue.listing import ListingSummary
from shared.words.search_terms import search_terms


class SearchField(StrEnum):
    """The texts that are searched. Those for people stand first."""

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
"""What a word counts by where it stands. The category counts as a tag."""

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
