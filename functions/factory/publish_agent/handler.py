"""Factory stage 7: publishes the listing."""

from datetime import UTC, datetime

from functions.factory.publish_agent.publish import Copywriter, publish
from shared.builds.build import Build
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count, logger
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters(
    "agents_table",
    "artifacts",
    "aws_clients",
    "image_registry",
    "model_spend_table",
    "opportunities_table",
    "secrets",
)


@run_as_stage(Build)
def handler(build: Build) -> Build:
    published, agent = publish(
        build,
        artifacts=wiring.platform.artifacts(),
        images=wiring.factory.image_registry(),
        agents=wiring.catalogue.publishing_agents(),
        opportunities=wiring.market.opportunities(),
        copywriter=Copywriter(wiring.platform.claude(), settings().model_fast),
        now=lambda: datetime.now(UTC),
    )
    count("AgentsPublished", category=agent.summary.category.value if agent.summary else "unknown")
    logger.info("agent published", extra={"slug": agent.slug, "version": agent.version, "rounds": build.round})
    return published
