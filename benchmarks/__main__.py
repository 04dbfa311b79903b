"""Prints every figure beside its target. Reports, never judges: a noisy machine must not fail a build.

`python -m benchmarks [name …]` runs some of them. Each module beside this one has `figures()`, which yields
(what, value, unit, target); `proof` is apart, because it takes long.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

Figure = tuple[str, float, str, str]
APART = {"__main__", "proof"}


def names() -> list[str]:
    return sorted(
        module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]) if module.name not in APART
    )


def main(asked: Sequence[str]) -> int:
    unknown = [name for name in asked if name not in names()]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(names())}", file=sys.stderr)
        return 2
    console = Console()
    failed = 0
    for name in asked or names():
        try:
            figures = list(importlib.import_module(f"benchmarks.{name}").figures())
        except Exception as error:
            failed += 1
            console.print(f"[red]{name}: could not measure: {type(error).__name__}: {error}[/red]")
            continue
        console.print(table(name, figures))
    return 1 if failed else 0


def table(name: str, figures: Iterable[Figure]) -> Table:
    drawn = Table(title=name, title_justify="left", show_lines=False)
    for heading in ("figure", "value", "unit", "target"):
        drawn.add_column(heading, justify="right" if heading == "value" else "left")
    for what, value, unit, target in figures:
        drawn.add_row(what, f"{value:,.2f}" if value < 100 else f"{value:,.0f}", unit, target)
    return drawn


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
