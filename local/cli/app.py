"""The commands of `python -m local`."""

import os
from pathlib import Path
from typing import Annotated

import httpx2
import typer
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.exceptions import EndpointConnectionError
from rich.markup import escape
from rich.table import Table

from local.cli import by_hand
from local.cli.console import console, emit, fail, results
from local.deployer.assembly import AssemblyInvalid
from local.deployer.deploy import DeploymentRunning
from local.deployer.product import SynthesisFailed
from local.deployer.secrets import RealKeys
from local.deployer.stacks import StackFailed
from local.ports import Ports, PortsUnavailable, ports_from_environment, url
from local.state import StateDir, StateUnusable, state_dir_from_environment
from local.supervisor import CannotStart, ServiceState, Supervisor, exclusive
from local.workflows import CannotRedrive, NotDeployed

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="The whole system on this machine."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]

_EXPECTED = (
    CannotStart,
    PortsUnavailable,
    StackFailed,
    SynthesisFailed,
    AssemblyInvalid,
    DeploymentRunning,
    NotDeployed,
    CannotRedrive,
    StateUnusable,
    TimeoutError,
)
_UNREACHABLE = (BotoConnectionError, EndpointConnectionError, httpx2.TransportError)


@app.command()
def up(
    as_json: AsJson = False,
    fill: Annotated[bool, typer.Option(help="Scan posts and build agents the first time.")] = True,
) -> None:
    """Start everything, deploy, and the first time scan real posts and publish agents."""
    from local.cli.up import up as run_up

    with _explained():
        complete = run_up(_ports(), state_dir_from_environment(), RealKeys.of(os.environ), fill=fill, as_json=as_json)
    raise typer.Exit(0 if complete else 2)


@app.command()
def down() -> None:
    """Stop everything; the state stays."""
    with _explained():
        state = state_dir_from_environment()
        with exclusive(state):
            stopped = Supervisor(_running_ports(state), state).stop(console.print)
    console.print(
        f"Stopped {len(stopped)} processes; the state stays in {state.root}." if stopped else "Nothing was running."
    )


@app.command()
def status(as_json: AsJson = False) -> None:
    """What runs, and how it is. Exit status 1 unless everything is healthy."""
    state = state_dir_from_environment()
    with _explained():
        ports = _running_ports(state)
        states = Supervisor(ports, state).states()
    healthy = all(each.healthy for each in states)
    if as_json:
        emit({"url": url(ports.front_door), "healthy": healthy, "processes": [each.__dict__ for each in states]})
    else:
        results.print(_status_table(states, state))
    raise typer.Exit(0 if healthy else 1)


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="A process or function; part of its name is enough.")] = None,
    follow: Annotated[bool, typer.Option(help="Go on as lines appear.")] = True,
    lines: Annotated[int, typer.Option(min=0, help="How many lines of each to begin with.")] = 20,
) -> None:
    """Show the logs of the processes and of the functions."""
    from local.cli import logs as shown

    folder = state_dir_from_environment().logs
    try:
        for file in shown.chosen(folder, name):
            for line in shown.last_lines(file, lines):
                print(f"{file.stem}: {line}")
    except shown.NoSuchLog as nothing:
        if not follow:
            fail(escape(str(nothing)))
        console.print(f"[yellow]•[/yellow] {escape(str(nothing))}. Waiting for one.", soft_wrap=True)
    if follow:
        try:
            for source, line in shown.follow(folder, name):
                print(f"{source}: {line}", flush=True)
        except KeyboardInterrupt:
            return


@app.command()
def trace(
    request: Annotated[str, typer.Argument(help="A request's id (x-request-id), or an execution's name or ARN.")],
    as_json: AsJson = False,
) -> None:
    """Tell one request's story: what every function logged for it, in the order of time."""
    from local.cli import trace as traced

    with _explained(traced.NothingLogged):
        lines = traced.story(state_dir_from_environment().logs, request)
    if as_json:
        emit([traced.as_json(line) for line in lines])
    else:
        print("\n".join(traced.shown(lines)))


@app.command()
def scan(
    posts: Annotated[Path, typer.Option(help="JSON lines: id, subreddit, title, selftext, created_utc, permalink …")],
) -> None:
    """Run a market scan of exactly these posts; print the opportunities they are part of, as JSON lines."""
    from local.cli.scan import PostsUnusable, ScanFailed
    from local.cli.scan import scan as run_scan

    with _explained(PostsUnusable, ScanFailed):
        run_scan(posts, _up_ports(), state_dir_from_environment())


@app.command()
def build(
    opportunity: Annotated[str | None, typer.Option(help="Its id; without, the best that has no agent yet.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the agent factory once; print what came of it. Exit status 1 if the workflow failed."""
    from local.cli.build import NotToBuild
    from local.cli.build import build as run_build

    with _explained(NotToBuild):
        succeeded = run_build(opportunity, _up_ports(), as_json=as_json)
    raise typer.Exit(0 if succeeded else 1)


@app.command()
def executions(
    most: Annotated[int, typer.Option("--last", min=1, max=300, help="How many of them.")] = 20,
) -> None:
    """Print the last market scans and builds, and what each was started with, as JSON lines."""
    from local.cli.executions import executions as listed

    with _explained():
        for execution in listed(_up_ports(), most):
            emit(execution)


@app.command()
def deploy() -> None:
    """Deploy what changed into the running system."""
    from local.deployer.deploy import deploy as run_deploy
    from local.deployer.product import product

    with _explained():
        state = state_dir_from_environment()
        changed = run_deploy(product(), _up_ports(), state, RealKeys.of(os.environ), console.print)
    console.print("Deployed." if changed else "Nothing changed.")


@app.command()
def redrive(
    execution: Annotated[str, typer.Argument(help="Name or ARN of a failed execution.")], as_json: AsJson = False
) -> None:
    """Let a failed execution go on from where it failed. Exit status 1 if it failed again."""
    from local.cli.redrive import redrive as run_redrive

    with _explained():
        succeeded = run_redrive(execution, _up_ports(), as_json=as_json)
    raise typer.Exit(0 if succeeded else 1)


@app.command()
def verify(
    slug: Annotated[str, typer.Argument(help="A published agent.")],
    posts: Annotated[Path | None, typer.Option(help="Posts to find its quotes in; without, the bundled ones.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute what an agent's certificate says (hash, recorded runs, quotes). Exit status 1 if anything differs."""
    from local.cli.scan import PostsUnusable
    from local.cli.verify import NoCertificate
    from local.cli.verify import verify as run_verify
    from shared.runs.tasks import TaskError

    with _explained(PostsUnusable, NoCertificate, TaskError):
        holds = run_verify(slug, _up_ports(), state_dir_from_environment(), posts, as_json=as_json)
    raise typer.Exit(0 if holds else 1)


def _ports() -> Ports:
    return ports_from_environment()


def _running_ports(state: StateDir) -> Ports:
    """The block the running system uses; MAM_PORT only says where a new one goes."""
    chosen = _ports()
    running = Supervisor(chosen, state).running_port()
    return chosen if running is None else Ports(running)


def _up_ports() -> Ports:
    state = state_dir_from_environment()
    if Supervisor(_ports(), state).running_port() is None:
        raise CannotStart(f"the system of {state.root} does not run; start it with `make up`")
    return _running_ports(state)


class _explained:
    """Turns what can be expected to go wrong into a message and exit status 1; a defect keeps its traceback."""

    def __init__(self, *more: type[Exception]) -> None:
        self._expected = (*_EXPECTED, *more)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, self._expected):
            fail(escape(str(error)))
        if isinstance(error, _UNREACHABLE):
            fail("The system stopped answering. `make up` starts it again with its state; `make logs` tells why.")
        if isinstance(error, KeyboardInterrupt):
            console.print("Interrupted. What runs in the system goes on to its end: `make logs` shows it.")
            raise typer.Exit(130)


def _status_table(states: list[ServiceState], state: StateDir) -> Table:
    table = Table(box=None)
    for name in ("process", "pid", "ports", "health"):
        table.add_column(name)
    for each in states:
        health = (
            "[green]healthy[/green]"
            if each.healthy
            else "[red]not healthy[/red]"
            if each.pid
            else "[red]not running[/red]"
        )
        table.add_row(each.name, str(each.pid or ""), ", ".join(map(str, each.ports)), health)
    table.caption = f"logs in {state.logs}"
    return table


by_hand.register(app, _up_ports)
