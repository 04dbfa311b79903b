"""Leases the opportunity that this execution will work on: the requested one, or the best one that no agent serves."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.adapters.artifacts import Artifacts
from shared.billing.spend import ModelSpend
from shared.builds.build import Build, Next
from shared.builds.by_hand import BY_HAND
from shared.catalogue.repository import Agent
from shared.opportunities.errors import SpendCapReached
from shared.opportunities.models import Opportunity
from shared.opportunities.repository import OpportunityLeases

MOST_HEALED = 25


class BuildWish(BaseModel):
    """The execution's input. Without an opportunity's id the best open one is taken.

    `scan_id` is the market scan whose success started the execution: each scan starts one build. `by_hand` is the S3
    key of the agent that a person wrote for the opportunity.
    """

    model_config = ConfigDict(extra="ignore")

    opportunity_id: str | None = None
    scan_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")] | None = None
    by_hand: Annotated[str, Field(pattern=rf"^{BY_HAND}/[0-9a-f]{{64}}\.json$")] | None = None

    @model_validator(mode="after")
    def _says_for_whom(self) -> "BuildWish":
        if self.by_hand is not None and self.opportunity_id is None:
            raise ValueError("an agent written by hand is for one opportunity: opportunity_id is missing")
        return self


class PickRequest(BaseModel):
    build_id: str
    request: BuildWish = BuildWish()


class NothingToBuild(BaseModel):
    """`reason` is for the operator who reads the execution.

    It is `no_open_opportunity`, `spend_cap_reached`, `already_served_by <slug>` or `scan_started <build_id>`. The last
    means that the scan's event was delivered twice and has already started another build.
    """

    next: Next = Next.NOTHING_TO_BUILD
    build_id: str
    reason: str


class FirstBuild(BaseModel):
    build_id: str


class ListedAgents(Protocol):
    def of_opportunity(self, opportunity_id: str) -> Agent | None: ...


def pick(
    request: PickRequest,
    *,
    opportunities: OpportunityLeases,
    agents: ListedAgents,
    spend: ModelSpend,
    artifacts: Artifacts,
    now: Callable[[], datetime],
) -> Build | NothingToBuild:
    """Raises OpportunityNotFound, OpportunityTaken or SpendCapReached if the opportunity was requested by its id.

    An earlier execution may have died after publishing an agent and before marking its opportunity as served. Such an
    opportunity is marked now instead of being built a second time.
    """
    wanted = request.request.opportunity_id
    if spend.is_exceeded():
        if wanted:
            raise SpendCapReached("today's cap on model spend is used up: ask again tomorrow (UTC), or raise the cap")
        return NothingToBuild(build_id=request.build_id, reason="spend_cap_reached")
    started = _name_starter(request, artifacts)
    if started != request.build_id:
        return NothingToBuild(build_id=request.build_id, reason=f"scan_started {started}")
    for _ in range(MOST_HEALED):
        card = _lease(wanted, request.build_id, opportunities, now())
        if card is None:
            break
        listed = agents.of_opportunity(card.opportunity_id)
        if listed is None or not listed.was_published:
            return Build(
                build_id=request.build_id,
                opportunity_id=card.opportunity_id,
                by_hand=request.request.by_hand,
                next=Next.GENERATE_SPEC,
            )
        opportunities.mark_served(card.opportunity_id, request.build_id, listed.slug)
        if wanted:
            return NothingToBuild(build_id=request.build_id, reason=f"already_served_by {listed.slug}")
    return NothingToBuild(build_id=request.build_id, reason="no_open_opportunity")


def _name_starter(request: PickRequest, artifacts: Artifacts) -> str:
    """The build that the scan started: this one, unless another was first. A retry finds its own build."""
    if request.request.scan_id is None:
        return request.build_id
    key = f"scans/{request.request.scan_id}/build.json"
    return FirstBuild.model_validate(artifacts.put_first(key, {"build_id": request.build_id})).build_id


def _lease(wanted: str | None, build_id: str, opportunities: OpportunityLeases, now: datetime) -> Opportunity | None:
    if wanted:
        return opportunities.lease(wanted, build_id, now)
    return opportunities.lease_best(build_id, now)
