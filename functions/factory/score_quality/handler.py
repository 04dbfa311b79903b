"""Factory stage 6: applies the vetoes, then asks the judge."""

from functions.factory.score_quality.score import Judge, score
from shared.builds.build import Build
from shared.opportunities.errors import OpportunityNotFound
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters("artifacts", "aws_clients", "model_spend_table", "opportunities_table", "secrets")


@run_as_stage(Build)
def handler(build: Build) -> Build:
    stored = wiring.market.opportunities().get(build.opportunity_id)
    if stored is None:
        raise OpportunityNotFound(build.opportunity_id)
    judge = Judge(wiring.platform.claude(), settings().model_strong)
    scored, scores = score(build, stored.card, artifacts=wiring.platform.artifacts(), judge=judge)
    count("AgentRoundsScored", outcome="vetoed" if scores.vetoes else "passed" if scores.passed else "below_threshold")
    return scored
