"""What an operator decides from the command line (`agents`, `opportunities`), and what informs it (`executions`,
`spend`)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

import typer

from local.cli.console import emit
from local.cli.opportunities import NotDecided
from local.ports import Ports
from local.state import StateDir
from shared.opportunities.models import OpportunityStatus

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
Why = Annotated[str, typer.Option(help="Kept with it, for whoever asks later.", show_default=False)]
BY_HAND = "decided by an operator"


@dataclass(frozen=True)
class Session:
    """How a command finds the running system, and tells what can be expected to go wrong."""

    explained: Callable[..., AbstractContextManager[None]]
    ports: Callable[[], Ports]
    state: Callable[[], StateDir]


def agents_app(session: Session) -> typer.Typer:
    from local.cli import agents

    app = typer.Typer(no_args_is_help=True, help="The agents: list them, take one off the marketplace, put it back.")

    @app.command("list")
    def list_agents(as_json: AsJson = False) -> None:
        """List what is published and what was withdrawn."""
        with session.explained():
            known = agents.known_agents(session.ports())
        _print(known, agents.rows_of_agents(known), as_json=as_json)

    @app.command()
    def unpublish(slug: str, reason: Why = BY_HAND, as_json: AsJson = False) -> None:
        """Take an agent off the marketplace: no list shows it, its address answers 410; running demos end normally."""
        with session.explained(agents.NoAgent):
            agent = agents.unpublish(slug, reason, session.ports(), session.state())
        _print(
            agents.document_of(agent),
            [
                f"{slug} is withdrawn ({agent.reason}).",
                f"Put it back: .venv/bin/python -m local agents republish {slug}",
            ],
            as_json=as_json,
        )

    @app.command()
    def republish(slug: str, as_json: AsJson = False) -> None:
        """Put a withdrawn agent back, as it was."""
        with session.explained(agents.NoAgent):
            agent = agents.republish(slug, session.ports(), session.state())
        _print(agents.document_of(agent), [f"{slug} is published, version {agent.version}."], as_json=as_json)

    return app


def opportunities_app(session: Session) -> typer.Typer:
    from local.cli import opportunities

    app = typer.Typer(no_args_is_help=True, help="The opportunities: list them, have one tried again, or never.")

    @app.command("list")
    def list_opportunities(
        status: Annotated[OpportunityStatus | None, typer.Option(help="Only those of this status.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """List them, the best first, with the agent that serves one, or why none does."""
        with session.explained():
            known = opportunities.known_opportunities(session.ports(), status)
        _print(known, opportunities.rows_of_opportunities(known), as_json=as_json)

    @app.command()
    def reopen(opportunity: str, as_json: AsJson = False) -> None:
        """Let builds have a rejected or muted opportunity again, as if it were new."""
        with session.explained(NotDecided):
            standing = opportunities.reopen(opportunity, session.ports(), session.state())
        build = f"Build it now: .venv/bin/python -m local build --opportunity {opportunity}"
        _print(opportunities.document_of(opportunity, standing), [f"{opportunity} is open.", build], as_json=as_json)

    @app.command()
    def mute(opportunity: str, reason: Why = BY_HAND, as_json: AsJson = False) -> None:
        """Keep builds away from an opportunity until it is reopened."""
        with session.explained(NotDecided):
            standing = opportunities.mute(opportunity, reason, session.ports(), session.state())
        undo = f"Undo it: .venv/bin/python -m local opportunities reopen {opportunity}"
        told = [f"{opportunity} is muted ({standing.reason}).", undo]
        _print(opportunities.document_of(opportunity, standing), told, as_json=as_json)

    return app


def add_watching_commands(app: typer.Typer, session: Session) -> None:
    from local.cli import executions, spend

    @app.command("executions")
    def list_executions(
        most: Annotated[int, typer.Option("--last", min=1, max=300, help="How many of them.")] = 20,
        as_json: AsJson = False,
    ) -> None:
        """List the last market scans and builds: how each went, where it failed, what it was started with."""
        with session.explained():
            found = executions.executions(session.ports(), most)
        _print(found, executions.rows_of_executions(found), as_json=as_json)

    @app.command("spend")
    def print_spend(as_json: AsJson = False) -> None:
        """Print what the model has cost today (UTC), by purse, against the caps."""
        with session.explained():
            purses = spend.spend_of_today(session.ports(), session.state())
        _print([spend.document_of(purse) for purse in purses], spend.rows_of_spend(purses), as_json=as_json)


def _print(document: object, lines: list[str], *, as_json: bool) -> None:
    if as_json:
        emit(document)
    else:
        print("\n".join(lines))
