"""`python -m local redrive NAME`: let a failed execution go on, and say how it ended."""

from rich.markup import escape

from local.cli.build import show_build
from local.cli.console import emit, progress, results
from local.cli.posts_file import naming_the_file, of_a_file
from local.cli.way_on import way_on
from local.ports import Ports
from local.workflows import Execution, Workflows


def redrive(name: str, ports: Ports, *, as_json: bool) -> bool:
    """False if it failed again."""
    with progress("Going on") as shown:
        workflows = Workflows(ports)
        arn = workflows.redrive(name)
        execution = workflows.follow(arn, tell=lambda what: shown.say(f"Going on: {naming_the_file(what)}"))
    if as_json:
        emit(
            {
                "execution": execution.arn,
                "status": execution.status,
                "error": execution.error,
                "cause": naming_the_file(execution.cause),
                "output": execution.output,
            }
        )
    elif execution.machine == "agent-factory":
        show_build(execution, ports)
    else:
        _show_scan(execution)
    return execution.succeeded


def _show_scan(execution: Execution) -> None:
    if not execution.succeeded:
        results.print(
            f"[red]✗[/red] the scan failed again: {escape(naming_the_file(execution.cause) or execution.error)}"
        )
        results.print(way_on(execution))
        return
    done = execution.output
    results.print(
        f"[green]✓[/green] the scan went on to its end. New posts: {done['post_count']}; "
        f"opportunities saved: {done['saved']}, unchanged: {done['unchanged']}"
    )
    if of_a_file(execution):
        results.print("Run the scan of the file again to print its opportunities; nothing is paid for again.")
