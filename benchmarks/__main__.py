"""Prints every figure beside its target; at the end, which were missed. Exit status 1 if one was, or was not measured.

`python -m benchmarks [name …]` runs some of them. Each module beside this one has `figures()`, which yields
(what, value, unit); `targets` holds what they have to reach, and `proof` is apart, because it takes long.
"""

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.targets import TARGETS, Target

Figure = tuple[str, float, str]
APART = {"__main__", "proof", "targets"}


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
    missed = [
        line
        for name in asked or names()
        for line in run(name, importlib.import_module(f"benchmarks.{name}").figures, TARGETS.get(name, {}), console)
    ]
    console.print("\n".join(["[red]Missed:[/red]", *map(escape, missed)] if missed else ["Every target was reached."]))
    return 1 if missed else 0


def run(
    name: str, figures: Callable[[], Iterable[Figure]], targets: Mapping[str, Target], console: Console
) -> list[str]:
    """Print a benchmark's figures; a line for each target that was missed, or that no figure stood for."""
    found: list[Figure] = []
    trouble = ""
    try:
        found.extend(figures())
    except Exception as error:
        trouble = f": {type(error).__name__}: {error}"
    console.print(table(name, found, targets))
    return missed_targets(name, found, targets, trouble)


def missed_targets(name: str, found: Iterable[Figure], targets: Mapping[str, Target], trouble: str = "") -> list[str]:
    values = {what: (value, unit) for what, value, unit in found}
    missed = [f"{name}: could not measure all{trouble}"] if trouble else []
    for what, target in targets.items():
        if what not in values:
            missed.append(f"{name}: {what}: not measured, target {target}")
        elif not target.met_by(values[what][0]):
            value, unit = values[what]
            missed.append(f"{name}: {what}: {value:,.4g} {unit}, target {target}")
    return missed


def table(name: str, figures: Iterable[Figure], targets: Mapping[str, Target]) -> Table:
    drawn = Table(title=name, title_justify="left", show_lines=False)
    for heading in ("figure", "value", "unit", "target"):
        drawn.add_column(heading, justify="right" if heading == "value" else "left")
    for what, value, unit in figures:
        goal = str(targets[what]) if what in targets else ""
        drawn.add_row(what, f"{value:,.2f}" if value < 100 else f"{value:,.0f}", unit, goal)
    return drawn


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
