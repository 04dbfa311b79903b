"""Several sources read as one, by the names of places."""

from collections.abc import Sequence

import pytest
from pydantic import ValidationError

from shared.opportunities.errors import SourceRefused
from shared.opportunities.scan import ScanRequest
from shared.opportunities.sources import Listing, PostSource, PostSources
from tests.fakes.market_posts import a_post


class Source:
    def __init__(self, *closed: str) -> None:
        self.asked: list[tuple[list[str], int]] = []
        self._closed = closed

    def newest(self, names: Sequence[str], limit: int) -> Listing:
        self.asked.append((list(names), limit))
        open_ones = [name for name in names if name not in self._closed]
        return Listing(
            tuple(a_post(number, community=name) for number, name in enumerate(open_ones)),
            tuple(f"{name}: closed" for name in names if name in self._closed),
        )


def never() -> PostSource:
    raise AssertionError("a source that nobody named is not even made")


def test_each_source_is_asked_once_for_its_own_communities() -> None:
    first, second = Source(), Source()
    both = PostSources({"reddit": lambda: first, "forum": lambda: second, "other": never})
    listing = both.newest(["reddit:a", "forum:b", "reddit:c", "reddit:a"], 7)
    assert (first.asked, second.asked) == ([(["a", "c"], 7)], [(["b"], 7)])
    assert [post.community for post in listing.posts] == ["a", "c", "b"]


def test_a_place_that_is_refused_is_left_out_and_named() -> None:
    listing = PostSources({"reddit": lambda: Source("b")}).newest(["reddit:a", "reddit:b", "nowhere:c"], 1)
    assert [post.community for post in listing.posts] == ["a"]
    assert listing.refused == ("b: closed", "nowhere:c: there is no such source; known: reddit")


@pytest.mark.parametrize("places", [["reddit:b"], ["nowhere:c", "reddit:b", "reddit:b"]])
def test_if_every_place_is_refused_so_is_the_whole(places: list[str]) -> None:
    with pytest.raises(SourceRefused):
        PostSources({"reddit": lambda: Source("b")}).newest(places, 1)


@pytest.mark.parametrize("place", ["reddit:entrepreneur", "reddit:u_some-body", "hackernews:ask", "hackernews:item:1"])
def test_a_request_names_places(place: str) -> None:
    assert ScanRequest(sources=(place,)).sources == (place,)


@pytest.mark.parametrize(
    "request_",
    [{"sources": ["entrepreneur"]}, {"sources": []}, {"sources": ["reddit:"]}, {"subreddits": ["entrepreneur"]}],
)
def test_a_request_that_names_no_place_is_refused(request_: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ScanRequest.model_validate(request_)
