"""What becomes of submissions that are not as they should be."""

from types import SimpleNamespace
from typing import Any

import pytest

from shared.adapters.reddit_posts import RedditPosts


class Served(RedditPosts):
    """Reddit answers every listing with these submissions."""

    def __init__(self, *submissions: dict[str, Any]) -> None:
        super().__init__(client_id="id", client_secret="secret", user_agent="mam-tests")
        self._submissions = submissions

    def _list(self, subreddit: str, limit: int) -> list[Any]:
        return [SimpleNamespace(**each) for each in self._submissions][:limit]


def a_submission(name: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "subreddit": "webdev",
        "title": "A title",
        "selftext": "A text",
        "created_utc": 1_360_000_000,
        "permalink": f"/r/webdev/comments/{name}/a_title/",
    } | changes


@pytest.mark.parametrize(
    "permalink",
    ["javascript:alert(1)", "//evil.example/r/webdev/comments/a1/", "", None, "/r/webdev/comments/a2/a_title/"],
)
def test_a_post_whose_permalink_is_not_its_own_is_no_evidence_and_is_named(permalink: str | None) -> None:
    listing = Served(a_submission("a1", permalink=permalink), a_submission("a2")).newest(["webdev"], 10)
    assert [post.id for post in listing.posts] == ["reddit:a2"]
    assert listing.unusable == (f"r/webdev: post 'a1': not the address of this post: {str(permalink)!r}",)


def test_a_full_address_is_kept_as_reddit_itself_would_write_it() -> None:
    listing = Served(a_submission("a1", permalink="https://old.reddit.com/r/webdev/comments/a1/a_title/?ref=x")).newest(
        ["webdev"], 10
    )
    assert [post.url for post in listing.posts] == ["https://www.reddit.com/r/webdev/comments/a1/a_title/"]
    assert listing.unusable == ()


@pytest.mark.parametrize("changes", [{"created_utc": None}, {"created_utc": "yesterday"}, {"score": "many"}])
def test_one_post_without_its_fields_does_not_cost_the_others(changes: dict[str, Any]) -> None:
    listing = Served(a_submission("a1", **changes), a_submission("a2")).newest(["webdev"], 10)
    assert [post.id for post in listing.posts] == ["reddit:a2"]
    assert listing.unusable[0].startswith("r/webdev: post 'a1': ")
