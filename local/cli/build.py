"""`python -m local build`: one run of the agent factory."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.markup import escape

from local.cli.console import emit, progress, results
from local.cli.opportunities import LIST_THEM
from local.cli.way_on import way_on
from local.first_run import build_outcome
from local.market_data import MarketData
from local.ports import Ports
from local.workflows import Execution, Workflows
from shared.opportunities.leasing import Standing
from shared.opportunities.models import OpportunityStatus

REOPEN_IT = "`.venv/bin/python -m local opportunities reopen ID` lets builds have it again"


class NotToBuild(Exception):
    """No build can have this opportunity; the message says why."""


EXIT_STATUS = {"published": 0, "rejected": 3, "nothing_to_build": 4}
"""Of what a build came to; 1 if it failed. 2 means wrong usage, as in every command."""


def build(opportunity: str | None, ports: Ports, *, as_json: bool) -> int:
    """The exit status. A rejected agent is an outcome, not a failure."""
    request = {} if opportunity is None else {"opportunity_id": free(opportunity, MarketData(ports).opportunities())}
    with progress("Building") as shown:
        execution = Workflows(ports).run("agent-factory", request, tell=lambda what: shown.say(f"Building: {what}"))
    if as_json:
        emit({**_outcome(execution, ports), "execution": execution.arn})
    else:
        show_build(execution, ports)
    return EXIT_STATUS.get(build_outcome(execution)["outcome"], 1)


def show_build(execution: Execution, ports: Ports) -> None:
    outcome = _outcome(execution, ports)
    match outcome["outcome"]:
        case "published":
            results.print(f"[green]✓[/green] published {outcome['slug']} in {outcome['seconds']} s:")
            results.print(f"  {outcome['url']}", soft_wrap=True)
        case "nothing_to_build":
            results.print(_why_nothing(str(outcome["reason"])), soft_wrap=True)
        case other:
            results.print(f"[yellow]{escape(other)}[/yellow]: {escape(_told(outcome))}", soft_wrap=True)
    if outcome["outcome"] == "rejected":
        again = f".venv/bin/python -m local opportunities reopen {outcome['opportunity_id']}"
        results.print(f"Try it again: {again}", soft_wrap=True)
    if hint := way_on(execution):
        results.print(hint, soft_wrap=True)


def _told(outcome: dict[str, Any]) -> str:
    """The reason, and what it was about as far as the build came."""
    about = [str(outcome[name]) for name in ("opportunity_id", "slug") if outcome[name]]
    return f"{', '.join(about)}: {outcome['reason']}" if about else str(outcome["reason"])


def _why_nothing(reason: str) -> str:
    match reason.split(" "):
        case ["spend_cap_reached"]:
            return "Nothing to build: today's cap on model spend is used up (`.venv/bin/python -m local spend`)."
        case ["scan_started", build]:
            return f"Nothing to build: the scan has started the build {build} already."
        case ["already_served_by", slug]:
            return f"Nothing to build: the opportunity has its agent, {slug}."
        case _:
            return "Nothing to build: every opportunity has its agent, was rejected, is muted, or is being built."


def _outcome(execution: Execution, ports: Ports) -> dict[str, Any]:
    outcome = build_outcome(execution)
    if outcome["outcome"] == "published":
        outcome["url"] = MarketData(ports).agent_address(str(outcome["slug"]))
    return outcome


def free(opportunity: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """The id, if a build that asks now may have it; the workflow decides again, by the same rule."""
    row = next((each for each in rows if each["opportunity_id"] == opportunity), None)
    if row is None:
        raise NotToBuild(f"there is no opportunity {opportunity!r}; {LIST_THEM}")
    standing = Standing.model_validate({name: row[name] for name in Standing.model_fields if name in row})
    if standing.lease_to("another build", datetime.now(UTC)) is None:
        raise NotToBuild(f"the opportunity {opportunity} {_why_not(standing)}")
    return opportunity


def _why_not(standing: Standing) -> str:
    match standing.status:
        case OpportunityStatus.SERVED:
            return f"is served by the agent {standing.agent}: its listing is at /api/v1/agents/{standing.agent}"
        case OpportunityStatus.REJECTED:
            return f"was rejected: {standing.reason or 'no reason is recorded'}. {REOPEN_IT}"
        case OpportunityStatus.MUTED:
            return f"is muted: {standing.reason or 'no reason is recorded'}. {REOPEN_IT}"
        case _:
            return f"is being built by the execution {standing.holder}: wait for its end, or redrive it if it failed"
