"""`python -m local agents`: which agents there are, and taking one off the marketplace and back."""

from typing import Any

from local.cli.as_function import PUBLISHER, take_environment
from local.cli.rows import laid_out
from local.market_data import MarketData
from local.ports import Ports
from local.state import StateDir
from shared.catalogue.errors import NotPublished
from shared.catalogue.repository import Agent, AgentsRepository
from shared.runtime import wiring

LIST_THEM = "`.venv/bin/python -m local agents list` lists those there are"


class NoAgent(Exception):
    """No agent was published under this slug."""


def known_agents(ports: Ports) -> list[dict[str, Any]]:
    """Published and withdrawn, the oldest first."""
    data = MarketData(ports)
    return [{**row, "url": data.agent_address(row["slug"])} for row in data.agents()]


def rows_of_agents(agents: list[dict[str, Any]]) -> list[str]:
    if not agents:
        return ["No agent was published yet. `.venv/bin/python -m local build` makes one."]
    rows = ((f"{each['status']} v{each['version']}", each["template"], each["slug"]) for each in agents)
    return list(laid_out(("state", "template", "agent"), rows))


def unpublish(slug: str, reason: str, ports: Ports, state: StateDir) -> Agent:
    """Raises NoAgent. Lists and search leave it out from now on; demos that began end normally."""
    try:
        return _agents(ports, state).withdraw(slug, reason)
    except NotPublished as error:
        raise NoAgent(f"{error}; {LIST_THEM}") from error


def republish(slug: str, ports: Ports, state: StateDir) -> Agent:
    """Raises NoAgent. It is listed as it was before."""
    try:
        return _agents(ports, state).republish(slug)
    except NotPublished as error:
        raise NoAgent(f"{error}; {LIST_THEM}") from error


def document_of(agent: Agent) -> dict[str, Any]:
    shown = {"slug", "status", "version", "revision", "reason", "opportunity_id"}
    return agent.model_dump(mode="json", include=shown)


def _agents(ports: Ports, state: StateDir) -> AgentsRepository:
    take_environment(PUBLISHER, ports, state)
    return wiring.catalogue.agents()
