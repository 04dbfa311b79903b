"""What `make test` did not run, as one short list at its end: each reason once, with how to run what it stands for.

`MAM_SKIPPED` names the file that the runs of pytest add to; `python -m tests.skipped FILE` prints it.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

FILE = "MAM_SKIPPED"
PREFIX = "Skipped: "


def remember(skipped: Iterable[Any]) -> None:
    """Add the reasons of these reports to the file, if there is to be one."""
    if not (file := os.environ.get(FILE)):
        return
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    with Path(file).open("a", encoding="utf-8") as lines:
        lines.writelines(json.dumps(_reason(report.longrepr)) + "\n" for report in skipped)


def told(reasons: Iterable[str]) -> Iterator[str]:
    counted = Counter(reasons)
    if not counted:
        yield "No test was skipped."
        return
    yield f"{counted.total()} tests were skipped:"
    for reason, count in counted.most_common():
        yield f"  {count} × {reason}"


def _reason(longrepr: object) -> str:
    """pytest gives file, line and reason."""
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix(PREFIX)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    remember(terminalreporter.stats.get("skipped", []))


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print("\n".join(told(json.loads(line) for line in (file.read_text().splitlines() if file.exists() else []))))
