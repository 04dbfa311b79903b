"""The commands for agents that people write: `gate` and `examine`. Exit status 0: nothing found, 1: findings, 2: the
command could not be carried out, with one sentence that says why.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.markup import escape

from local.cli.console import console
from local.cli.gate import NotUsable
from local.ports import Ports, PortsUnavailable
from local.state import StateUnusable
from local.supervisor import CannotStart
from local.workflows import NotDeployed

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def register(app: typer.Typer, running: Callable[[], Ports]) -> None:
    """`running` gives the ports of the running system, or raises CannotStart."""

    @app.command()
    def gate(  # pyright: ignore[reportUnusedFunction]
        logic: Annotated[Path, typer.Argument(help="An agent's logic.py.", metavar="LOGIC.py")],
        template: Annotated[
            str | None,
            typer.Option(help="monitoring, data_processing or communication; without, a spec.yaml beside it counts."),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        """Hold an agent's code against the static gate; nothing has to run. Exit status 1 if it finds something."""
        from local.cli.gate import gate as run_gate

        with _answered():
            passed = run_gate(logic, template, as_json=as_json)
        raise typer.Exit(0 if passed else 1)

    @app.command()
    def examine(  # pyright: ignore[reportUnusedFunction]
        folder: Annotated[Path, typer.Argument(help="Holds spec.yaml and logic.py.")],
        publish: Annotated[bool, typer.Option("--publish", help="List it, as by a person, if it passes.")] = False,
        opportunity: Annotated[str | None, typer.Option(help="With --publish: what it is for.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Gate, build and test a hand-written agent in the running system. Exit status 1 if it does not pass."""
        from local.cli.examine import CannotExamine, folder_of
        from local.cli.examine import examine as run_examine

        with _answered(CannotExamine):
            if publish != (opportunity is not None):
                raise NotUsable("--publish and --opportunity ID belong together; `python -m local scan` prints the ids")
            written = folder_of(folder)
            passed = run_examine(written, _free(running(), opportunity), opportunity, as_json=as_json)
        raise typer.Exit(0 if passed else 1)


def _free(ports: Ports, opportunity: str | None) -> Ports:
    """Raises NotUsable if no agent can be published for the opportunity now."""
    from local.cli.build import NotToBuild, free
    from local.market_data import MarketData

    if opportunity is not None:
        try:
            free(opportunity, MarketData(ports).opportunities())
        except NotToBuild as error:
            raise NotUsable(str(error)) from error
    return ports


class _answered:
    """Turns what can be expected to go wrong into one sentence and exit status 2."""

    def __init__(self, *more: type[Exception]) -> None:
        self._expected = (NotUsable, CannotStart, NotDeployed, PortsUnavailable, StateUnusable, TimeoutError, *more)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, self._expected):
            self._end(str(error))
        if isinstance(error, BotoCoreError | ClientError):
            self._end(
                f"The system did not answer as it should ({type(error).__name__}); `make status` tells what runs."
            )

    def _end(self, sentence: str) -> None:
        console.print(f"[red]✗[/red] {escape(sentence)}", soft_wrap=True)
        raise typer.Exit(2)
