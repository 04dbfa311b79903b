"""What there is after `up`: opportunities, agents with their whole addresses, and one line to paste next."""

import json
import shlex
from typing import Any

import httpx2

from local.access import loopback
from local.cli.rows import laid_out, printable
from local.first_run import Filling
from local.market_data import MarketData
from local.ports import Ports, url

MOST_OPPORTUNITIES = 10
FIRST_RUN_INCOMPLETE = "The first run did not publish six agents of all three templates."

Row = dict[str, Any]


def summary_of(ports: Ports, filling: Filling | None) -> Row:
    """One document: `next` is a shell command that runs a demo; null while no agent is published."""
    data = MarketData(ports)
    agents = [_agent(row, data) for row in data.published_agents()]
    return {
        "url": url(ports.front_door),
        "first_run": None
        if filling is None
        else {"posts": filling.posts, "builds": filling.builds, "complete": filling.complete},
        "opportunities": [_opportunity(row) for row in data.opportunities()],
        "agents": agents,
        "next": demo_command([(each["url"], _examples(each["url"])) for each in agents]),
    }


def lines_of_summary(summary: Row) -> list[str]:
    """Every address and the command stand whole, each on a line of its own, whatever the terminal's width."""
    lines = [*_opportunities(summary["opportunities"]), *_agents(summary["agents"])]
    if summary["first_run"] is not None and not summary["first_run"]["complete"]:
        lines += [FIRST_RUN_INCOMPLETE, "`make logs` tells why; `make up` goes on from here.", ""]
    lines += ["All agents:", f"  {summary['url']}/api/v1/agents", *_doors(summary)]
    if summary["next"]:
        lines += ["", "Next, paste this line; it runs a demo:", "", summary["next"]]
    return lines


def mailbox_address(ports: Ports) -> str:
    """Where all mail of this system can be read, by whoever has this address."""
    return f"{url(ports.front_door)}/_mam/mailbox/{ports.credentials.mailbox}"


def _doors(summary: Row) -> list[str]:
    """For the owner's eyes: on the terminal and nowhere else."""
    if "admin" not in summary:
        return []
    admin = summary["admin"]
    return [
        "",
        "Administrator (password kept in the state folder, admin.json):",
        f"  {admin['email']}  {admin['password']}",
        "Mailbox, with the links of all mails (keep the address to yourself):",
        f"  {summary['mailbox']}",
    ]


def demo_command(agents: list[tuple[str, list[Any]]]) -> str | None:
    """A line for a shell, with the shortest of the inputs that the agents' own tests used."""
    commands = [_curl(address, example) for address, examples in agents for example in examples]
    return min(commands, key=len, default=None)


def _curl(address: str, example: Any) -> str:
    body = json.dumps({"input": example})
    return f"curl -s {address}/demo -H 'content-type: application/json' -d {shlex.quote(body)}"


def _examples(address: str) -> list[Any]:
    """Inputs of the agent's examples; none if its listing does not answer now."""
    try:
        answer = loopback.ask("GET", address, timeout=10).raise_for_status()
    except httpx2.HTTPError:
        return []
    return [example["input"] for example in answer.json()["examples"]]


def _opportunity(row: Row) -> Row:
    return {
        "id": row["opportunity_id"],
        "title": row["title"],
        "score": row["score"],
        "status": row.get("status"),
        "problems": row.get("problem_count"),
    }


def _agent(row: Row, data: MarketData) -> Row:
    told = {name: row.get(name) for name in ("slug", "name", "template", "opportunity_id")}
    return {**told, "url": data.agent_address(row["slug"])}


def _opportunities(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    best = rows[:MOST_OPPORTUNITIES]
    shown = ((round(row["score"]), row["problems"], row["status"], row["id"], row["title"]) for row in best)
    more = f", the best {len(best)}" if len(rows) > len(best) else ""
    return [
        f"Opportunities ({len(rows)}{more}):",
        *laid_out(("score", "problems", "status", "id", "title"), shown),
        "",
    ]


def _agents(rows: list[Row]) -> list[str]:
    if not rows:
        return ["No agents are published yet. `.venv/bin/python -m local build` makes one.", ""]
    lines = [f"Agents ({len(rows)}):"]
    for row in rows:
        lines += [f"{printable(str(row['name']))} ({row['template']})", f"  {row['url']}"]
    return [*lines, ""]
