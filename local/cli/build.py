"""`python -m local build`: one run of the agent factory."""

from rich.markup import escape

from local.cli.console import emit, progress, results
from local.first_run import build_outcome
from local.market_data import MarketData
from local.ports import Ports
from local.workflows import Workflows


def build(opportunity: str | None, ports: Ports, *, as_json: bool) -> bool:
    """False if the workflow failed; a rejected agent is an outcome, not a failure."""
    request = {"opportunity_id": opportunity} if opportunity else {}
    with progress("Building") as shown:
        execution = Workflows(ports).run(
            "agent-factory", request, entered=lambda state: shown.say(f"Building: {state}")
        )
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
    return execution.succeeded
