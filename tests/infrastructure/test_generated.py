"""What `make generated` writes is as it would write it now; what people add by hand for a function is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

from infra_cdk.app import ROOT
from tests import generated
from tests.infrastructure.test_wiring import FOLDERS

README = "functions/README.md"


def test_what_is_generated_is_current() -> None:
    found = generated.stale()
    assert not found, "\n".join(found)


def test_what_is_missing_is_named_with_the_command_that_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(generated, "ROOT", tmp_path)
    (tmp_path / "old.json").write_text("old")
    texts = [(tmp_path / "old.json", "new"), (tmp_path / "new.json", "new")]
    monkeypatch.setattr(generated, "sources", lambda: iter(texts))

    assert generated.stale() == [
        "old.json is stale: `make generated` writes it",
        "new.json is missing: `make generated` writes it",
    ]


def rows() -> list[str]:
    """The functions that functions/README.md lists, each as <domain>/<name>."""
    found: list[str] = []
    domain = ""
    for line in (ROOT / README).read_text().splitlines():
        if heading := re.match(r"## (\w+)", line):
            domain = heading[1]
        elif row := re.match(r"\| (\w+) \|", line):
            found.append(f"{domain}/{row[1]}")
    return [row for row in found if not row.endswith("/function")]


def test_every_function_has_its_row_in_the_index() -> None:
    listed = Counter(rows())
    wrong = {
        "lacks a row, under the heading of its domain, for": set(FOLDERS) - listed.keys(),
        "has a row for what is no function of that domain:": listed.keys() - set(FOLDERS),
        "has several rows for": {row for row, times in listed.items() if times > 1},
    }
    found = [f"{README} {what} {', '.join(sorted(which))}" for what, which in wrong.items() if which]
    assert not found, "\n".join(found)
