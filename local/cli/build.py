"""`python -m local build`: one run of the agent factory."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.markup import escape

from local.cli.console import emit, progress, results
from local.cli.way_on import way_on
from local.first_run import build_outcome
from local.market_data import MarketData
from local.ports import Ports
from local.workflows import Execution, Workflows
from shared.opportunities.leasing import Standing
from shared.opportunities.models import OpportunityStatus


class NotToBuild(Exception):
    """No build can have this opportunity; the message says why."""


def build(opportunity: str | None, ports: Ports, *, as_json: bool) -> bool:
    """False if the workflow failed; a rejected agent is an outcome, not a failure."""
    request = {} if opportunity is None else {"opportunity_id": free(opportunity, MarketData(ports).opportunities())}
    with progress("Building") as shown:
        execution = Workflows(ports).run("agent-factory", request, tell=lambda what: shown.say(f"Building: {what}"))
    if as_json:
        emit({**_outcome(execution, ports), "execution": execution.arn})
    else:
        show_build(execution, ports)
    return execution.succeeded


def show_build(execution: Execution, ports: Ports) -> None:
    outcome = _outcome(execution, ports)
    match outcome["outcome"]:
        case "published":
            results.print(f"[green]✓[/green] published {outcome['slug']} in {outcome['seconds']} s: {outcome['url']}")
        case "nothing_to_build":
            results.print("Nothing to build: every opportunity has its agent, was rejected, or is being built.")
        case other:
            results.print(f"[yellow]{escape(other)}[/yellow]: {escape(str(outcome['reason']))}")
    if hint := way_on(execution):
        results.print(hint)


def _outcome(execution: Execution, ports: Ports) -> dict[str, Any]:
    outcome = build_outcome(execution)
    if outcome["outcome"] == "published":
        outcome["url"] = MarketData(ports).agent_address(str(outcome["slug"]))
    return outcome


def free(opportunity: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The id, if a build that asks now may have it; the workflow decides again, by the same rule."""
    row = next((each for each in rows if each["opportunity_id"] == opportunity), None)
    if row is None:
        raise NotToBuild(f"there is no opportunity {opportunity!r}; `.venv/bin/python -m local scan` prints their ids")
    standing = Standing.model_validate({name: row[name] for name in Standing.model_fields if name in row})
    if standing.leased_to("another build", datetime.now(UTC)) is None:
        raise NotToBuild(f"the opportunity {opportunity} {_why_not(standing)}")
    return opportunity


def _why_not(standing: Standing) -> str:
    match standing.status:
        case OpportunityStatus.SERVED:
            return f"is served by the agent {standing.agent}: its listing is at /api/v1/agents/{standing.agent}"
        case OpportunityStatus.REJECTED:
            return f"was rejected: {standing.reason or 'no reason is recorded'}"
        case _:
            return f"is being built by the execution {standing.holder}: wait for its end, or redrive it if it failed"
