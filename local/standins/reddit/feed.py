"""The posts that somebody fed: served exactly, until they are taken back. A restart does not lose them."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from local.standins.reddit.posts import Post, parse_posts, to_jsonl
from local.standins.reddit.windows import newest_first


class Feed:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._posts: dict[str, list[Post]] | None = (
            _by_subreddit(parse_posts(file.read_bytes())) if file.exists() else None
        )

    @property
    def active(self) -> bool:
        return self._posts is not None

    def replace(self, posts: Sequence[Post]) -> None:
        temporary = self._file.with_suffix(".new")
        temporary.write_bytes(to_jsonl(posts))
        temporary.replace(self._file)
        self._posts = _by_subreddit(posts)

    def remove(self) -> None:
        self._file.unlink(missing_ok=True)
        self._posts = None

    def counts(self) -> dict[str, int]:
        """Posts per subreddit, with its name as the posts write it."""
        return dict(Counter(post.subreddit for posts in (self._posts or {}).values() for post in posts))

    def has(self, subreddit: str) -> bool:
        return subreddit.lower() in (self._posts or {})

    def listing(self, subreddit: str) -> list[Post]:
        """All of them, newest first."""
        return (self._posts or {}).get(subreddit.lower(), [])


def _by_subreddit(posts: Sequence[Post]) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = {}
    for post in newest_first(posts):
        found.setdefault(post.subreddit.lower(), []).append(post)
    return found
