"""The real PRAW against the Reddit stand-in: what is read, how throttling is borne, and what is given up."""

import html
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from local.standins.reddit.app import create_app
from shared.adapters.reddit_posts import (
    ATTEMPTS,
    MAX_TEXT,
    RedditPosts,
)
from shared.opportunities.errors import SourceThrottled, SourceUnavailable
from shared.opportunities.models import Post
from tests.fakes.served import served


class World:
    def __init__(self, address: str) -> None:
        self.waits: list[float] = []
        self._address = address
        self.posts = RedditPosts(
            client_id="id", client_secret="secret", user_agent="mam-tests", url=address, wait=self.waits.append
        )

    def feed(self, posts: Sequence[dict[str, Any]]) -> str:
        """The listing to read instead of a subreddit."""
        body = "\n".join(json.dumps(post) for post in posts).encode()
        (listing,) = json.load(urlopen(Request(f"{self._address}/_standin/feeds", data=body), timeout=5))["subreddits"]
        return listing

    def mode(self, **mode: Any) -> None:
        body = json.dumps(mode).encode()
        urlopen(Request(f"{self._address}/_standin/mode", data=body, method="PUT"), timeout=5).read()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(create_app(tmp_path)) as host:
        yield World(f"http://{host}")


def a_post(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"post{number}",
        "subreddit": "webdev",
        "title": f"Title {number} &amp; <more>",
        "selftext": f"Text {number}\n\n* one &amp; two",
        "created_utc": 1_360_000_000 + number,
        "score": number,
        "num_comments": 2,
        "permalink": f"/r/webdev/comments/post{number}/title/",
    } | changes


def as_sent(post: Post) -> dict[str, Any]:
    return {
        "id": post.id.removeprefix("reddit:"),
        "subreddit": post.community,
        "title": post.title,
        "selftext": post.text,
        "created_utc": post.created_utc,
        "score": post.score,
        "num_comments": post.comments,
        "permalink": post.url.removeprefix("https://www.reddit.com"),
    }


def test_posts_arrive_as_their_readers_saw_them(world: World) -> None:
    sent = [a_post(one) for one in range(150)]
    listing = world.feed(sent)
    read = world.posts.newest([listing], 1_000).posts
    assert [as_sent(post) for post in sorted(read, key=lambda post: post.created_utc)] == [
        post | {"title": html.unescape(post["title"]), "selftext": html.unescape(post["selftext"])} for post in sent
    ]


def test_no_more_than_the_limit_is_read_and_a_post_in_two_listings_once(world: World) -> None:
    listing = world.feed([a_post(one) for one in range(30)])
    assert len(world.posts.newest([listing, listing], 12).posts) == 12


@pytest.mark.parametrize(
    "gone", [{"selftext": "[removed]"}, {"selftext": " [deleted] "}, {"title": "[deleted by user]"}]
)
def test_removed_and_deleted_posts_are_left_out(world: World, gone: dict[str, str]) -> None:
    listing = world.feed([a_post(1), a_post(2, **gone)])
    assert [post.id for post in world.posts.newest([listing], 10).posts] == ["reddit:post1"]


def test_a_long_text_is_cut_to_a_prefix_of_itself(world: World) -> None:
    text = "word " * MAX_TEXT
    listing = world.feed([a_post(1, selftext=text)])
    (post,) = world.posts.newest([listing], 10).posts
    assert len(post.text) == MAX_TEXT
    assert text.startswith(post.text)


def test_throttling_is_waited_out_as_long_as_reddit_asks(world: World) -> None:
    listing = world.feed([a_post(1)])
    world.posts.newest([listing], 10)
    world.mode(mode="throttled", times=2, retry_after=7)
    assert len(world.posts.newest([listing], 10).posts) == 1
    assert world.waits == [7, 7]


def test_endless_throttling_is_given_up_and_named(world: World) -> None:
    listing = world.feed([a_post(1)])
    world.mode(mode="throttled", retry_after=120)
    with pytest.raises(SourceThrottled, match=f"r/{listing}"):
        world.posts.newest([listing], 10)
    assert len(world.waits) == ATTEMPTS - 1
    assert max(world.waits) <= 30


def test_a_subreddit_that_does_not_exist_is_named(world: World) -> None:
    [refusal] = world.posts.newest(["nosuchsubreddit"], 10).refused
    assert refusal.startswith("r/nosuchsubreddit: NotFound")


def test_one_subreddit_that_is_refused_does_not_cost_the_others(world: World) -> None:
    listing = world.feed([a_post(1)])
    found = world.posts.newest(["nosuchsubreddit", listing, "lounge"], 10)
    assert [post.id for post in found.posts] == ["reddit:post1"]
    assert [refusal.split(":")[0] for refusal in found.refused] == ["r/nosuchsubreddit", "r/lounge"]


def test_no_connection_is_named_unavailable(world: World) -> None:
    posts = RedditPosts(client_id="id", client_secret="s", user_agent="mam-tests", url="http://127.0.0.1:9")
    with pytest.raises(SourceUnavailable):
        posts.newest(["webdev"], 10)
