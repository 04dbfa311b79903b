"""`python -m local up`: start, deploy, fill the market the first time, say what is there."""

import time
from typing import Any

from rich.markup import escape
from rich.table import Table

from local.access.credentials import made_credentials
from local.cli.console import Progress, emit, progress, results
from local.deployer.deploy import deploy
from local.deployer.product import product
from local.deployer.secrets import RealKeys
from local.first_run import Filling, FirstRun
from local.market_data import MarketData
from local.ports import Ports, url
from local.state import StateDir
from local.supervisor import Supervisor, exclusive
from local.workflows import Workflows


def up(ports: Ports, state: StateDir, keys: RealKeys, *, fill: bool, as_json: bool) -> bool:
    """False if the first run did not reach what it wants; the system runs all the same."""
    started = time.monotonic()
    with exclusive(state), progress("Starting") as shown:
        ports = ports.opened_with(made_credentials(state))
        anew = Supervisor(ports, state).start(keys, shown.say)
        shown.done(f"{'Started' if anew else 'Running'}: {url(ports.front_door)} ({time.monotonic() - started:.1f} s)")
        changed = deploy(product(), ports, state, keys, shown.say)
        shown.done(
            f"{'Deployed' if changed else 'Deployed before, nothing changed'} ({time.monotonic() - started:.1f} s)"
        )
        filling = _fill(ports, state, shown) if fill else None
    _summarise(ports, filling, as_json=as_json)
    return filling is None or filling.complete


def _fill(ports: Ports, state: StateDir, shown: Progress) -> Filling | None:
    """Once in the life of a state directory; what was interrupted is taken up again."""
    record = state.root / "first-run.json"
    if FirstRun.is_complete(record):
        return None
    started = time.monotonic()
    filling = FirstRun(Workflows(ports), MarketData(ports), record, shown.say).fill()
    shown.done(
        f"{filling.scans} scans of {filling.posts} posts, {len(filling.builds)} builds "
        f"({time.monotonic() - started:.1f} s)"
    )
    for problem in filling.problems:
        shown.note(escape(problem))
    return filling


def _summarise(ports: Ports, filling: Filling | None, *, as_json: bool) -> None:
    data = MarketData(ports)
    opportunities, agents = data.opportunities(), data.published_agents()
    if as_json:
        emit(_summary(ports, data, opportunities, agents, filling))
        return
    if opportunities:
        results.print(_opportunities(opportunities))
    if agents:
        results.print(_agents(agents, data))
    else:
        results.print("No agents are published yet. `.venv/bin/python -m local build` makes one.")
    if filling is not None and not filling.complete:
        results.print(
            "[yellow]The first run did not publish six agents of all three templates.[/yellow] "
            "`make logs` tells why; `make up` goes on from here."
        )
    results.print(f"API: [bold]{url(ports.front_door)}/api/v1/agents[/bold]")


def _summary(
    ports: Ports,
    data: MarketData,
    opportunities: list[dict[str, Any]],
    agents: list[dict[str, Any]],
    filling: Filling | None,
) -> dict[str, Any]:
    return {
        "url": url(ports.front_door),
        "first_run": None
        if filling is None
        else {"posts": filling.posts, "builds": filling.builds, "complete": filling.complete},
        "opportunities": [
            {"id": row["opportunity_id"], "title": row["title"], "score": row["score"], "status": row.get("status")}
            for row in opportunities
        ],
        "agents": [
            {
                "slug": row["slug"],
                "name": row.get("name"),
                "template": row.get("template"),
                "opportunity_id": row.get("opportunity_id"),
                "url": data.agent_address(row["slug"]),
            }
            for row in agents
        ],
    }


def _opportunities(rows: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Opportunities ({len(rows)}), the best ten", title_justify="left", box=None)
    for name in ("score", "problems", "status", "title"):
        table.add_column(name, justify="right" if name in ("score", "problems") else "left")
    for row in rows[:10]:
        problems = row.get("problem_count", row.get("posts", ""))
        table.add_row(f"{row['score']:.0f}", str(problems), str(row.get("status")), escape(str(row["title"])))
    return table


def _agents(rows: list[dict[str, Any]], data: MarketData) -> Table:
    table = Table(title=f"Agents ({len(rows)})", title_justify="left", box=None)
    for name in ("agent", "template", "address"):
        table.add_column(name, no_wrap=True)
    for row in rows:
        table.add_row(
            escape(str(row.get("name", row["slug"]))), str(row.get("template")), data.agent_address(row["slug"])
        )
    return table
