"""`python -m local opportunities`: what the market found, and what a person decides about it."""

from datetime import UTC, datetime
from typing import Any

from local.cli.as_function import FACTORY, take_environment
from local.cli.rows import laid_out
from local.market_data import MarketData
from local.ports import Ports
from local.state import StateDir
from shared.opportunities.errors import OpportunityNotFound, OpportunityTaken
from shared.opportunities.leasing import Standing
from shared.opportunities.repository import OpportunityDecisions
from shared.runtime import wiring

LIST_THEM = "`.venv/bin/python -m local opportunities list` lists those there are"
_SHOWN = ("title", "score", "status", "problem_count", "failed_builds", "holder", "agent", "reason")


class NotDecided(Exception):
    """There is no such opportunity, or a build or an agent has it; the message says what to do."""


def known_opportunities(ports: Ports, status: str | None = None) -> list[dict[str, Any]]:
    """The best first; of one status, or all."""
    rows = MarketData(ports).opportunities()
    return [
        {"id": row["opportunity_id"], **{name: row.get(name) for name in _SHOWN}}
        for row in rows
        if status in (None, row.get("status"))
    ]


def rows_of_opportunities(opportunities: list[dict[str, Any]]) -> list[str]:
    """Each with its title and, on a line of its own, the agent that serves it or the reason why none does."""
    if not opportunities:
        return ["There are none. `.venv/bin/python -m local scan` looks for some."]
    rows = [
        (round(row["score"]), row["problem_count"], row["status"], row["id"], row["title"]) for row in opportunities
    ]
    notes = [_note(row) for row in opportunities]
    return list(laid_out(("score", "problems", "status", "id", "title"), rows, notes=notes))


def _note(row: dict[str, Any]) -> str:
    if row["agent"]:
        return f"agent: {row['agent']}"
    return f"reason: {row['reason']}" if row["reason"] else ""


def reopen(opportunity: str, ports: Ports, state: StateDir) -> Standing:
    """Raises NotDecided."""
    try:
        return _decisions(ports, state).reopen(opportunity, datetime.now(UTC))
    except (OpportunityNotFound, OpportunityTaken) as error:
        raise _explained(opportunity, error, ports) from error


def mute(opportunity: str, reason: str, ports: Ports, state: StateDir) -> Standing:
    """Raises NotDecided."""
    try:
        return _decisions(ports, state).mute(opportunity, reason, datetime.now(UTC))
    except (OpportunityNotFound, OpportunityTaken) as error:
        raise _explained(opportunity, error, ports) from error


def document_of(opportunity: str, standing: Standing) -> dict[str, Any]:
    return {"id": opportunity, **standing.model_dump(mode="json")}


def _explained(opportunity: str, error: OpportunityNotFound | OpportunityTaken, ports: Ports) -> NotDecided:
    if isinstance(error, OpportunityNotFound):
        return NotDecided(f"there is no opportunity {opportunity!r}; {LIST_THEM}")
    row = next(each for each in known_opportunities(ports) if each["id"] == opportunity)
    if row["agent"]:
        instead = f"`.venv/bin/python -m local agents unpublish {row['agent']}` takes it off the marketplace"
        return NotDecided(f"{opportunity} is served by the agent {row['agent']}; {instead}")
    return NotDecided(f"{opportunity} is being built by the execution {row['holder']}: wait for its end")


def _decisions(ports: Ports, state: StateDir) -> OpportunityDecisions:
    take_environment(FACTORY, ports, state)
    return wiring.market.opportunities()
