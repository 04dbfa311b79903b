"""Factory stage 6: vetoes, then the judge."""

from functions.factory.score_quality.score import Judge, score
from shared.adapters.claude import Answer
from shared.agents.build import Build
from shared.agents.quality import Judgement
from shared.opportunities.errors import OpportunityNotFound
from shared.runtime import wiring
from shared.runtime.observability import count, count_model_use
from shared.runtime.settings import settings
from shared.runtime.stage import stage


@stage(Build)
def handler(build: Build) -> Build:
    stored = wiring.opportunities().get(build.opportunity_id)
    if stored is None:
        raise OpportunityNotFound(build.opportunity_id)
    judge = Judge(wiring.claude(), settings().model_strong, _count)
    scored, scores = score(build, stored.card, artifacts=wiring.artifacts(), judge=judge)
    count("AgentRoundsScored", outcome="vetoed" if scores.vetoes else "passed" if scores.passed else "below_threshold")
    return scored


def _count(answer: Answer[Judgement]) -> None:
    count_model_use(answer, "judge_agent")
    wiring.model_spend().add(answer.cost_microusd)
