"""Reads the newest posts and keeps those that no earlier scan dealt with."""

from functions.market.scan_reddit.scan import scan
from shared.opportunities.scan import Scanned, ScanStart
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.settings import settings
from shared.runtime.stage import stage


@stage(ScanStart)
def handler(request: ScanStart) -> Scanned:
    scanned, read = scan(
        request,
        settings().subreddits,
        source=wiring.reddit_posts(),
        seen=wiring.seen_posts(),
        spend=wiring.model_spend(),
        artifacts=wiring.artifacts(),
    )
    count("PostsSeen", read)
    count("PostsNew", scanned.post_count)
    return scanned
