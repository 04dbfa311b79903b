"""Makes cards of the opportunities that the scan touched."""

from datetime import UTC, datetime

from functions.market.score_opportunities.score import Scorer
from shared.opportunities.scan import Clustered, Scored
from shared.runtime import wiring
from shared.runtime.observability import count, count_model_use
from shared.runtime.settings import settings
from shared.runtime.stage import stage


@stage(Clustered)
def handler(request: Clustered) -> Scored:
    scorer = Scorer(
        claude=wiring.claude(),
        artifacts=wiring.artifacts(),
        opportunities=wiring.opportunities(),
        problems=wiring.problems(),
        seen=wiring.seen_posts(),
        spend=wiring.model_spend(),
        model=settings().model_fast,
        clock=lambda: datetime.now(UTC),
    )
    scored, outcome = scorer.score(request)
    for rating in outcome.ratings:
        if rating.answer and rating.checked:
            count_model_use(rating.answer, "rate_opportunity")
            for fault in rating.checked.faults:
                count("RatingsCorrected", fault=fault)
    return scored
