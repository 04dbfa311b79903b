"""Factory stage 1: leases an opportunity."""

from datetime import UTC, datetime

from functions.factory.pick_opportunity.pick import NothingToBuild, PickRequest, pick
from shared.builds.build import Build
from shared.runtime import wiring
from shared.runtime.observability import count
from shared.runtime.stage import run_as_stage


@run_as_stage(PickRequest)
def handler(request: PickRequest) -> Build | NothingToBuild:
    picked = pick(
        request,
        opportunities=wiring.market.opportunities(),
        agents=wiring.catalogue.agents(),
        spend=wiring.platform.model_spend(),
        artifacts=wiring.platform.artifacts(),
        now=lambda: datetime.now(UTC),
    )
    if isinstance(picked, NothingToBuild):
        count("NothingToBuild", reason=picked.reason.split(" ")[0])
    return picked
