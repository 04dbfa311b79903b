"""`python -m local status`: each process, and how it is."""

from rich.table import Table

from local.state import StateDir
from local.supervisor import ServiceState


def status_table(states: list[ServiceState], state: StateDir) -> Table:
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
