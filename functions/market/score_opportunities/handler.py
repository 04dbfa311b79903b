"""Makes the cards of the opportunities that the scan touched."""

from functions.market.score_opportunities.score import Scorer
from shared.opportunities.scan import Clustered, Scored
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters(
    "artifacts",
    "aws_clients",
    "model_spend_table",
    "opportunities_table",
    "problems_table",
    "secrets",
)


@run_as_stage(Clustered)
def handler(request: Clustered) -> Scored:
    scorer = Scorer(
        claude=wiring.platform.claude(),
        artifacts=wiring.platform.artifacts(),
        opportunities=wiring.market.opportunities(),
        problems=wiring.market.problems(),
        model=settings().model_fast,
    )
    scored, outcome = scorer.score(request)
    for rating in outcome.ratings:
        for fault in rating.checked.faults if rating.checked else ():
            count("RatingsCorrected", fault=fault)
    return scored
