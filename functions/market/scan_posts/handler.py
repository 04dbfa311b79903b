"""Reads the newest posts and keeps those that no earlier scan processed."""

from functions.market.scan_posts.scan import scan
from shared.opportunities.scan import Scanned, ScanStart
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage


@run_as_stage(ScanStart)
def handler(request: ScanStart) -> Scanned:
    scanned, reading = scan(
        request,
        settings().sources,
        source=wiring.market.post_source(),
        seen=wiring.market.seen_posts(),
        spend=wiring.platform.model_spend(),
        artifacts=wiring.platform.artifacts(),
    )
    listing = reading.listing
    for refusal in listing.refused:
        logger.warning("source refused", extra={"reason": refusal})
    for reason in listing.unusable:
        logger.warning("post left out", extra={"reason": reason})
    count("SourcesRefused", len(listing.refused))
    count("PostsSeen", len(listing.posts))
    for reason, number in reading.left_out.items():
        count("PostsLeftOut", number, reason=reason)
    count("PostsNew", scanned.post_count)
    return scanned
