"""The commands of `python -m local`."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from local.access.credentials import credentials_of
from local.cli import by_hand
from local.cli.console import console, emit, fail, results
from local.cli.explained import explained as _explained
from local.cli.operator_commands import Session, add_watching_commands, agents_app, opportunities_app
from local.cli.status import status_table
from local.deployer.secrets import RealKeys
from local.ports import Ports, ports_from_environment, url
from local.state import StateDir, state_dir_from_environment
from local.supervisor import CannotStart, Supervisor, exclusive

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="The whole system on this machine."
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


@app.command()
def up(
    as_json: AsJson = False,
    fill: Annotated[bool, typer.Option(help="Scan posts and build agents the first time.")] = True,
) -> None:
    """Start everything, deploy, and the first time scan real posts and publish agents."""
    from local.cli.up import up as run_up
    from local.first_admin import AdminNotMade

    with _explained(AdminNotMade):
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
        results.print(status_table(states, state))
    raise typer.Exit(0 if healthy else 1)


@app.command()
def logs(
    name: Annotated[str | None, typer.Argument(help="A process or function; part of its name is enough.")] = None,
    follow: Annotated[bool, typer.Option(help="Go on as lines appear.")] = True,
    lines: Annotated[int, typer.Option(min=0, help="How many events to begin with.")] = 40,
    metrics: Annotated[bool, typer.Option("--metrics", help="With the lines that carry metrics.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="All of each event, as one JSON document a line.")] = False,
) -> None:
    """Show what functions and processes write: one line an event, in the order of time (UTC)."""
    from local.cli import logs as shown

    folder = state_dir_from_environment().logs
    try:
        events = shown.last_events(shown.chosen(folder, name), lines, metrics=metrics)
        shown.print_events(events, as_json=as_json)
    except shown.NoSuchLog as nothing:
        if not follow:
            fail(escape(str(nothing)))
        console.print(f"[yellow]•[/yellow] {escape(str(nothing))}. Waiting for one.", soft_wrap=True)
    if follow:
        shown.print_events(shown.follow(folder, name, metrics=metrics), as_json=as_json)


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
    posts: Annotated[
        Path | None,
        typer.Option(
            help="JSON lines or an array, plain, gzip or zstd: id, subreddit, title, selftext, created_utc, permalink …"
        ),
    ] = None,
    subreddits: Annotated[str | None, typer.Option(help="Names with commas: startups,smallbusiness")] = None,
    as_json: AsJson = False,
) -> None:
    """Run a market scan: of exactly the posts of a file, or of what is new in subreddits (without, the usual ones).

    With --posts it prints the opportunities that the posts are part of, as JSON lines.
    """
    from local.cli.scan import PostsUnusable, ScanFailed
    from local.cli.scan import scan as run_scan
    from local.cli.scan_subreddits import SubredditsUnusable, named_subreddits, scan_subreddits

    if posts is not None and subreddits is not None:
        raise typer.BadParameter("choose one: --posts FILE or --subreddits A,B")
    with _explained(PostsUnusable, ScanFailed, SubredditsUnusable):
        if posts is not None:
            run_scan(posts, _up_ports(), state_dir_from_environment())
        else:
            scan_subreddits(named_subreddits(subreddits), _up_ports(), as_json=as_json)


@app.command()
def build(
    opportunity: Annotated[str | None, typer.Option(help="Its id; without, the best that has no agent yet.")] = None,
    as_json: AsJson = False,
) -> None:
    """Run the agent factory once; print what came of it.

    Exit status: 0 published, 1 failed, 2 wrong usage, 3 rejected, 4 nothing to build.
    """
    from local.cli.build import NotToBuild
    from local.cli.build import build as run_build

    with _explained(NotToBuild):
        status = run_build(opportunity, _up_ports(), as_json=as_json)
    raise typer.Exit(status)


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
def reindex(as_json: AsJson = False) -> None:
    """Write the search index and the snapshot of listings anew from the table of agents; safe at any time."""
    from local.cli.reindex import NotIndexed
    from local.cli.reindex import reindex as run_reindex

    with _explained(NotIndexed):
        agents = run_reindex(_up_ports())
    if as_json:
        emit({"agents": agents})
    else:
        console.print(f"Wrote {agents} agents into the search index and the snapshot.")


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


@app.command()
def standin(
    name: Annotated[str, typer.Argument(help="claude, reddit, fargate or web.")],
    what: Annotated[str, typer.Argument(help='"mode"; of claude also "calls", of web "pages".')] = "mode",
    mode: Annotated[str | None, typer.Argument(help="The mode to set; without, it is shown.")] = None,
    times: Annotated[int | None, typer.Option(min=1, help="Answers it lasts; without, until the next.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="How long what it delays takes.")] = None,
    retry_after: Annotated[float | None, typer.Option(min=0, help="What Reddit's `throttled` asks for.")] = None,
    kind: Annotated[int | None, typer.Option(min=1, max=12, help="Which harm Claude's `malicious` writes.")] = None,
    task: Annotated[list[str] | None, typer.Option(help="A prompt of Claude's it is limited to.")] = None,
) -> None:
    """Let a stand-in have a bad day (`standin claude mode overloaded --times 3`), or show what it was asked."""
    from local.cli import standin as standins

    with _explained(standins.ModeRefused):
        if mode is None:
            emit(standins.shown(name, what, _up_ports()))
        else:
            limits = {"times": times, "seconds": seconds, "retry_after": retry_after, "tasks": task or (), "kind": kind}
            emit(standins.set_mode(name, mode, _up_ports(), **limits))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def aws(context: typer.Context) -> None:
    """Run the AWS command line against this system: `aws s3 ls`."""
    from local.cli import owner

    with _explained(owner.NoAwsCommand):
        owner.run_aws(_up_ports(), context.args)


@app.command()
def env() -> None:
    """Print what boto3 and other AWS SDKs need for this system: eval "$(python -m local env)"."""
    from local.cli import owner

    with _explained():
        print(owner.exports(_up_ports()))


def _ports() -> Ports:
    return ports_from_environment()


def _running_ports(state: StateDir) -> Ports:
    """The block the running system uses; MAM_PORT only says where a new one goes."""
    chosen = _ports().opened_with(credentials_of(state))
    running = Supervisor(chosen, state).running_port()
    return chosen if running is None else replace(chosen, base=running)


def _up_ports() -> Ports:
    state = state_dir_from_environment()
    if Supervisor(_ports(), state).running_port() is None:
        raise CannotStart(f"the system of {state.root} does not run; start it with `make up`")
    return _running_ports(state)


_session = Session(_explained, _up_ports, state_dir_from_environment)
app.add_typer(agents_app(_session), name="agents")
app.add_typer(opportunities_app(_session), name="opportunities")
add_watching_commands(app, _session)
by_hand.register(app, _up_ports)
