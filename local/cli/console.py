"""What a person sees: progress and results on the terminal. Scripts get JSON on stdout; progress goes to stderr."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

# Without a terminal nothing is cut off: a log, or whoever reads the pipe, has no width.
_WIDE = 240


def _console(*, stderr: bool) -> Console:
    on_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, width=None if on_terminal else _WIDE)


console = _console(stderr=True)
"""Progress and errors."""

results = _console(stderr=False)
"""What a command was asked for."""


class Progress:
    """One line that changes while a long step runs; without a terminal, a line per step."""

    def __init__(self, status: Status | None) -> None:
        self._status = status
        self._said = ""

    def say(self, text: str) -> None:
        """Plain text: errors that are told here may hold any brackets."""
        if text == self._said:
            return
        self._said = text
        if self._status is not None:
            self._status.update(escape(text))
        else:
            console.print(escape(text), soft_wrap=True)

    def done(self, text: str) -> None:
        console.print(f"[green]✓[/green] {text}")

    def note(self, text: str) -> None:
        console.print(f"[yellow]•[/yellow] {text}")


@contextmanager
def progress(first: str) -> Iterator[Progress]:
    if not console.is_terminal:
        yield Progress(None)
        return
    with console.status(first) as status:
        yield Progress(status)


def emit(value: Any) -> None:
    """One JSON document on a line of its own."""
    print(json.dumps(value, ensure_ascii=False, default=str))


def fail(message: str) -> None:
    """Says what went wrong and ends the command."""
    console.print(f"[red]✗[/red] {message}", soft_wrap=True, markup=True)
    sys.exit(1)
