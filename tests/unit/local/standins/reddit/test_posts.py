"""The posts that ship with the project, and posts written by other systems."""

import contextlib
import re

from hypothesis import given
from hypothesis import strategies as st

from local.standins.reddit.posts import BUNDLED, Post, PostsInvalid, bundled_posts, parse_posts, to_jsonl

PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}\b")

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
IDS = st.from_regex(r"(t3_)?[a-z0-9]{4,10}", fullmatch=True)
LINKS = st.from_regex(r"(https://old\.reddit\.com)?/r/[a-z]{2,9}/comments/ID/[a-z_]{0,9}", fullmatch=True)
POSTS = st.builds(
    lambda id, permalink, **fields: Post(id=id, permalink=permalink.replace("ID", id.removeprefix("t3_")), **fields),
    id=IDS,
    subreddit=st.from_regex(r"[A-Za-z0-9_]{2,20}", fullmatch=True),
    title=TEXT,
    selftext=TEXT,
    created_utc=st.floats(0, 1.7e9),
    permalink=LINKS,
    score=st.integers(-1000, 1000),
    num_comments=st.integers(0, 1000),
)


def test_bundled_posts_are_enough_for_many_scans() -> None:
    posts = bundled_posts()
    by_subreddit = {name: [post for post in posts if post.subreddit.lower() == name] for name in files()}
    assert len(posts) >= 600
    assert all(len(some) > 150 for some in by_subreddit.values())
    assert len({post.id for post in posts}) == len(posts) == sum(map(len, by_subreddit.values()))
    assert sum(file.stat().st_size for file in BUNDLED.glob("*.jsonl")) < 1.5e6


def files() -> list[str]:
    return sorted(file.stem for file in BUNDLED.glob("*.jsonl"))


def test_bundled_posts_hold_text_and_nobodys_address() -> None:
    for post in bundled_posts():
        assert len(post.selftext) >= 60
        assert not PERSONAL.search(f"{post.title} {post.selftext}"), post.id
        assert post.permalink.startswith(f"/r/{post.subreddit}/comments/{post.id}/")


def test_the_credit_ships_with_them() -> None:
    credit = (BUNDLED / "README.md").read_text(encoding="utf-8")
    assert "umbrae/reddit-top-2.5-million" in credit
    assert "PDDL" in credit


@given(st.lists(POSTS, max_size=5, unique_by=lambda post: post.bare_id))
def test_what_is_written_is_read_again(posts: list[Post]) -> None:
    assert parse_posts(to_jsonl(posts)) == posts


@given(st.binary(max_size=200))
def test_any_bytes_are_posts_or_refused(content: bytes) -> None:
    with contextlib.suppress(PostsInvalid):
        assert all(isinstance(post, Post) for post in parse_posts(content))
