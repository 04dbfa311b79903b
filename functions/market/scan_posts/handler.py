"""Reads the newest posts and keeps those that no earlier scan dealt with."""

from functions.market.scan_posts.scan import scan
from shared.opportunities.scan import Scanned, ScanStart
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.settings import settings
from shared.runtime.stage import stage


@stage(ScanStart)
def handler(request: ScanStart) -> Scanned:
    scanned, listing = scan(
        request,
        settings().subreddits,
        source=wiring.market.reddit_posts(),
        seen=wiring.market.seen_posts(),
        spend=wiring.platform.model_spend(),
        artifacts=wiring.platform.artifacts(),
    )
    for refusal in listing.refused:
        logger.warning("subreddit refused", extra={"reason": refusal})
    for reason in listing.unusable:
        logger.warning("post left out", extra={"reason": reason})
    count("SubredditsRefused", len(listing.refused))
    count("PostsUnusable", len(listing.unusable))
    count("PostsSeen", len(listing.posts))
    count("PostsNew", scanned.post_count)
    return scanned
