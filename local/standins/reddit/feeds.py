"""Posts that somebody fed. Each feed is served under names of its own, so only the scan it is for reads it.

A feed is never taken back: whoever fed it may die, and a failed scan may be redriven. The oldest make room.
"""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from local.standins.reddit.posts import Post, parse_posts, to_jsonl
from local.standins.reddit.windows import newest_first

POSTS_PER_LISTING = 1_000
"""As many posts as Reddit lets anybody read of one listing."""
MOST_FEEDS = 10

LISTING = re.compile(r"(fed_[0-9a-f]{12})_([1-9][0-9]{0,5})")
"""The name under which a feed is read: the feed, and which thousand of its posts."""


class Feeds:
    """`folder` keeps them, one file each; a restart loses none. The one read last stays in memory for its next page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._last: tuple[str, list[Post]] = ("", [])

    def add(self, posts: Sequence[Post]) -> list[str]:
        """The names under which the posts can now be read as if they were subreddits, the newest posts first."""
        feed = f"fed_{secrets.token_hex(6)}"
        served = newest_first(posts)
        temporary = self._file(feed).with_suffix(".new")
        temporary.write_bytes(to_jsonl(served))
        temporary.replace(self._file(feed))
        self._last = (feed, served)
        self._forget_the_oldest()
        return [f"{feed}_{number + 1}" for number in range(-(-len(served) // POSTS_PER_LISTING))]

    def listing(self, name: str) -> list[Post] | None:
        """None if nobody fed a listing of this name, or its feed made room for others."""
        match = LISTING.fullmatch(name)
        if match is None:
            return None
        start = (int(match[2]) - 1) * POSTS_PER_LISTING
        return self._posts(match[1])[start : start + POSTS_PER_LISTING] or None

    def _posts(self, feed: str) -> list[Post]:
        if self._last[0] != feed:
            if not self._file(feed).exists():
                return []
            self._last = (feed, parse_posts(self._file(feed).read_bytes()))
        return self._last[1]

    def _forget_the_oldest(self) -> None:
        newest_last = sorted(self._folder.glob("fed_*.jsonl"), key=lambda file: file.stat().st_mtime_ns)
        for file in newest_last[:-MOST_FEEDS]:
            file.unlink()

    def _file(self, feed: str) -> Path:
        return self._folder / f"{feed}.jsonl"
