"""`python -m local build`: one run of the agent factory."""

from rich.markup import escape

from local.cli.console import emit, progress, results
from local.first_run import build_outcome
from local.market_data import MarketData
from local.ports import Ports
from local.workflows import Workflows


class UnknownOpportunity(Exception):
    """Nothing to build for: no scan found an opportunity of this id."""


def build(opportunity: str | None, ports: Ports, *, as_json: bool) -> bool:
    """False if the workflow failed; a rejected agent is an outcome, not a failure."""
    request = {} if opportunity is None else {"opportunity_id": known(opportunity, ports)}
    with progress("Building") as shown:
        execution = Workflows(ports).run("agent-factory", request, tell=lambda state: shown.say(f"Building: {state}"))
    outcome = build_outcome(execution)
    if outcome["outcome"] == "published":
        outcome["url"] = MarketData(ports).agent_address(str(outcome["slug"]))
    if as_json:
        emit({**outcome, "execution": execution.arn})
        return execution.succeeded
    match outcome["outcome"]:
        case "published":
            results.print(f"[green]✓[/green] published {outcome['slug']} in {outcome['seconds']} s: {outcome['url']}")
        case "nothing_to_build":
            results.print("Nothing to build: every opportunity has its agent, was rejected, or is being built.")
        case other:
            results.print(f"[yellow]{escape(other)}[/yellow]: {escape(str(outcome['reason']))}")
    if not execution.succeeded:
        results.print(f"When the cause is mended: .venv/bin/python -m local redrive {execution.name}")
    return execution.succeeded


def known(opportunity: str, ports: Ports) -> str:
    if all(row["opportunity_id"] != opportunity for row in MarketData(ports).opportunities()):
        raise UnknownOpportunity(
            f"there is no opportunity {opportunity!r}; `.venv/bin/python -m local scan` prints their ids"
        )
    return opportunity
