"""The sources of posts. A place to read is named "<source>:<community>", for example "reddit:entrepreneur"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.opportunities.errors import SourceRefused
from shared.opportunities.models import Post

PLACE = r"^[a-z][a-z0-9]{0,31}:[^\s]{1,100}$"


@dataclass(frozen=True, slots=True)
class Listing:
    """The posts that were read. `refused` holds the reason for each unreadable place, `unusable` for each unusable
    post; `removed` posts were removed by their author or a moderator.
    """

    posts: tuple[Post, ...] = ()
    refused: tuple[str, ...] = ()
    unusable: tuple[str, ...] = ()
    removed: int = 0


class PostSource(Protocol):
    """Reads posts: a single source by communities, all sources together by places."""

    def newest(self, names: Sequence[str], limit: int) -> Listing:
        """The last `limit` posts of each. Raises SourceThrottled or SourceUnavailable; lists what was refused."""
        ...


class PostSources:
    """All sources as one, by the names of places. A source is created when one of its places is first requested."""

    def __init__(self, by_name: Mapping[str, Callable[[], PostSource]]) -> None:
        self._by_name = by_name

    def newest(self, names: Sequence[str], limit: int) -> Listing:
        """Skips refused places. Raises SourceRefused if all places are refused."""
        read = [self._list_one(source, communities, limit) for source, communities in _group_by_source(names).items()]
        listing = Listing(
            tuple(post for one in read for post in one.posts),
            tuple(refusal for one in read for refusal in one.refused),
            tuple(reason for one in read for reason in one.unusable),
            sum(one.removed for one in read),
        )
        if names and len(listing.refused) >= len(set(names)):
            raise SourceRefused(listing.refused[0])
        return listing

    def _list_one(self, source: str, communities: Sequence[str], limit: int) -> Listing:
        if source not in self._by_name:
            known = ", ".join(sorted(self._by_name))
            return Listing(
                refused=tuple(f"{source}:{one}: there is no such source; known: {known}" for one in communities)
            )
        return self._by_name[source]().newest(communities, limit)


def post_id(source: str, own_id: str) -> str:
    """A post's id: stable, unique across sources, and usable in table keys and S3 paths."""
    return f"{source}:{own_id}"


def _group_by_source(places: Iterable[str]) -> dict[str, list[str]]:
    sources: dict[str, list[str]] = {}
    for place in dict.fromkeys(places):
        source, _, community = place.partition(":")
        sources.setdefault(source, []).append(community)
    return sources
