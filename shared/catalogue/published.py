"""One published agent as customers see it, and the errors they get if there is none."""

import re

from shared.catalogue.listing import ListingDetail, ListingSummary
from shared.catalogue.repository import SLUG_LENGTH, Agent, AgentsRepository, AgentStatus
from shared.errors import DomainProblem
from shared.specs.spec import SLUG_PATTERN


class NoSuchAgent(DomainProblem):
    status = 404
    type = "agent-not-found"
    title = "There is no such agent"

    def __init__(self, slug: str) -> None:
        super().__init__(f"No agent is published as {slug[:SLUG_LENGTH]!r}. GET /api/v1/agents lists those that are.")


class AgentWithdrawn(DomainProblem):
    status = 410
    type = "agent-withdrawn"
    title = "The agent is no longer published"

    def __init__(self, slug: str) -> None:
        super().__init__(f"{slug!r} was published and has been taken off the marketplace.")


def find_published_agent(agents: AgentsRepository, slug: str) -> Agent:
    """The agent's row. Raises AgentWithdrawn, or NoSuchAgent, also for an invalid name."""
    possible = len(slug) <= SLUG_LENGTH and re.fullmatch(SLUG_PATTERN, slug)
    agent = agents.get(slug) if possible else None
    if agent is None or agent.summary is None or agent.detail_key is None:
        raise NoSuchAgent(slug)
    if agent.status is not AgentStatus.PUBLISHED:
        raise AgentWithdrawn(slug)
    return agent


def update_figures(detail: ListingDetail, summary: ListingSummary) -> ListingDetail:
    """The detail as published, but with the current value of every figure that changes (runs, rating, price …)."""
    return detail.model_copy(update=dict(summary))
