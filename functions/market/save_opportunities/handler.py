"""Stores the scan's opportunities and problems, and marks its posts as seen."""

from functions.market.save_opportunities.save import save
from shared.opportunities.scan import Saved, Scored
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage


@run_as_stage(Scored)
def handler(request: Scored) -> Saved:
    saved, counts = save(
        request,
        opportunities=wiring.market.saving_opportunities(),
        problems=wiring.market.problems(),
        seen=wiring.market.seen_posts(),
        artifacts=wiring.platform.artifacts(),
    )
    count("OpportunitiesCreated", counts.created)
    count("OpportunitiesUpdated", counts.updated)
    return saved
