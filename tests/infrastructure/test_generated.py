"""What `make generated` writes is as it would write it now; what people add by hand for a function is there."""

import re

import pytest

from infra_cdk.app import ROOT
from tests import generated
from tests.infrastructure.test_wiring import FOLDERS

README = "functions/README.md"


def test_what_is_generated_is_current() -> None:
    assert generated.stale() == []


def test_what_is_missing_is_named_with_the_command_that_writes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
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
    assert sorted(rows()) == FOLDERS, f"{README} has one row a function, under the heading of its domain"
