"""Factory stage 2: an AgentSpec for the leased opportunity."""

from functions.factory.generate_spec.draft import SpecDraft
from functions.factory.generate_spec.generate import generate_spec
from shared.adapters.claude import Answer
from shared.agents.build import Build
from shared.runtime import wiring
from shared.runtime.observability import count_model_use
from shared.runtime.settings import settings
from shared.runtime.stage import stage


class OpportunityGone(Exception):
    """The leased opportunity is not in the table any more."""


@stage(Build)
def handler(build: Build) -> Build:
    stored = wiring.opportunities().get(build.opportunity_id)
    if stored is None:
        raise OpportunityGone(build.opportunity_id)
    return generate_spec(
        build,
        stored.card,
        claude=wiring.claude(),
        model=settings().model_strong,
        slugs=wiring.agents(),
        artifacts=wiring.artifacts(),
        used=_count,
    )


def _count(answer: Answer[SpecDraft]) -> None:
    count_model_use(answer, "generate_spec")
    wiring.model_spend().add(answer.cost_microusd)
