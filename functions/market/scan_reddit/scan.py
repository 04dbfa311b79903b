"""Which posts are new, and in what portions the model will read them."""

from collections.abc import Sequence
from typing import Protocol

from shared.adapters.artifacts import Artifacts
from shared.agents.repository import ModelSpend
from shared.opportunities.errors import SpendCapReached
from shared.opportunities.models import Post
from shared.opportunities.repository import SeenPosts
from shared.opportunities.scan import Batch, Scanned, ScanStart

BATCH_POSTS = 10
BATCH_CHARACTERS = 40_000


class PostSource(Protocol):
    def newest(self, subreddits: Sequence[str], limit: int) -> list[Post]: ...


def scan(
    start: ScanStart,
    subreddits: Sequence[str],
    *,
    source: PostSource,
    seen: SeenPosts,
    spend: ModelSpend,
    artifacts: Artifacts,
) -> tuple[Scanned, int]:
    """Store the posts that no earlier scan finished; also returns how many were read in all.

    Raises SpendCapReached before anything is read: a scan that has begun is never stopped by the cap.
    """
    if spend.exceeded():
        raise SpendCapReached("today's cap on model spend is used up; the next scan after midnight UTC goes on")
    posts = source.newest(start.request.subreddits or subreddits, start.request.limit)
    known = seen.known(post.id for post in posts)
    new = sorted((post for post in posts if post.id not in known), key=lambda post: (post.created_utc, post.id))
    key = artifacts.put_lines(f"scans/{start.scan_id}/posts.jsonl", new)
    batches = tuple(Batch(scan_id=start.scan_id, posts_key=key, start=begin, end=end) for begin, end in portions(new))
    return Scanned(scan_id=start.scan_id, posts_key=key, post_count=len(new), batches=batches), len(posts)


def portions(posts: Sequence[Post]) -> list[tuple[int, int]]:
    """Ranges of posts small enough for one question each."""
    ranges: list[tuple[int, int]] = []
    begin, characters = 0, 0
    for index, post in enumerate(posts):
        size = len(post.title) + len(post.selftext)
        if index > begin and (index - begin >= BATCH_POSTS or characters + size > BATCH_CHARACTERS):
            ranges.append((begin, index))
            begin, characters = index, 0
        characters += size
    if begin < len(posts):
        ranges.append((begin, len(posts)))
    return ranges
