"""Factory stage 2: an AgentSpec for the leased opportunity."""

from functions.factory.generate_spec.generate import generate_spec
from shared.builds.build import Build
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters("agents_table", "artifacts", "aws_clients", "model_spend_table", "opportunities_table", "secrets")


class OpportunityGone(Exception):
    """The leased opportunity is no longer in the table."""


@run_as_stage(Build)
def handler(build: Build) -> Build:
    stored = wiring.market.opportunities().get(build.opportunity_id)
    if stored is None:
        raise OpportunityGone(build.opportunity_id)
    return generate_spec(
        build,
        stored.card,
        claude=wiring.platform.claude(),
        model=settings().model_strong,
        slugs=wiring.catalogue.agents(),
        artifacts=wiring.platform.artifacts(),
    )
