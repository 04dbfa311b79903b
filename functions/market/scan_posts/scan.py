"""Finds the new posts and splits them into portions for the model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts, write_line
from shared.billing.spend import ModelSpend
from shared.opportunities.adverts import advertises
from shared.opportunities.errors import SpendCapReached
from shared.opportunities.models import Post
from shared.opportunities.repository import SeenPosts
from shared.opportunities.scan import Batch, PostMark, Scanned, ScanStart
from shared.opportunities.sources import Listing, PostSource
from shared.opportunities.voices import make_text_key

BATCH_POSTS = 10
BATCH_CHARACTERS = 42_000  # two posts of the greatest length that a source returns


@dataclass(frozen=True)
class ReadListing:
    """The posts that were read, and how many of them the model need not read, by reason."""

    listing: Listing
    left_out: Counter[str]


def scan(
    start: ScanStart,
    sources: Sequence[str],
    *,
    source: PostSource,
    seen: SeenPosts,
    spend: ModelSpend,
    artifacts: Artifacts,
) -> tuple[Scanned, ReadListing]:
    """Store the posts that no earlier scan finished, and also return everything that was read.

    Raises SpendCapReached before anything is read. The cap never stops a scan that has begun.
    """
    if spend.is_exceeded():
        raise SpendCapReached("today's cap on model spend is used up; the next scan after midnight UTC goes on")
    listing = source.newest(start.request.sources or sources, start.request.limit)
    new, left_out = choose_worth_reading(listing.posts, seen)
    left_out.update(removed=listing.removed, unusable=len(listing.unusable))
    return _store(start.scan_id, new, left_out, artifacts), ReadListing(listing, left_out)


def _store(scan_id: str, posts: Sequence[Post], left_out: Counter[str], artifacts: Artifacts) -> Scanned:
    posts_key = artifacts.put_lines(f"scans/{scan_id}/posts.jsonl", posts)
    marks = [PostMark(post_id=post.id, text=make_text_key(post)) for post in posts]
    return Scanned(
        scan_id=scan_id,
        post_count=len(posts),
        left_out={reason: number for reason, number in left_out.items() if number},
        batches_key=artifacts.put_lines(f"scans/{scan_id}/batches.jsonl", make_batches(scan_id, posts_key, posts)),
        marks_key=artifacts.put_lines(f"scans/{scan_id}/marks.jsonl", marks),
    )


def make_batches(scan_id: str, posts_key: str, posts: Sequence[Post]) -> list[Batch]:
    """The byte range of each portion in the stored posts."""
    made: list[Batch] = []
    byte = 0
    for begin, end in split_portions(posts):
        size = sum(len(write_line(post)) for post in posts[begin:end])
        made.append(Batch(scan_id=scan_id, posts_key=posts_key, start=begin, first_byte=byte, bytes=size))
        byte += size
    return made


def choose_worth_reading(posts: Sequence[Post], seen: SeenPosts) -> tuple[list[Post], Counter[str]]:
    """New posts without adverts, the oldest first. Of posts with the same text, only the first one is read."""
    known = seen.find_known(post.id for post in posts)
    left_out: Counter[str] = Counter(known=len(known))
    new = [post for post in posts if post.id not in known and not advertises(post.title, post.text)]
    left_out["advert"] = len(posts) - len(known) - len(new)
    first = seen.first_with(make_text_key(post) for post in new)
    kept: list[Post] = []
    for post in sorted(new, key=lambda post: (post.created_utc, post.id)):
        if first.setdefault(make_text_key(post), post.id) == post.id:
            kept.append(post)
    left_out["same_text"] = len(new) - len(kept)
    return kept, left_out


def split_portions(posts: Sequence[Post]) -> list[tuple[int, int]]:
    """Ranges of posts small enough for one question each."""
    ranges: list[tuple[int, int]] = []
    begin, characters = 0, 0
    for index, post in enumerate(posts):
        size = len(post.title) + len(post.text)
        if index > begin and (index - begin >= BATCH_POSTS or characters + size > BATCH_CHARACTERS):
            ranges.append((begin, index))
            begin, characters = index, 0
        characters += size
    if begin < len(posts):
        ranges.append((begin, len(posts)))
    return ranges
