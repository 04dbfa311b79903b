import asyncio
import sys
import warnings
from types import ModuleType
from typing import Any

import pytest

from shared.adapters.code_linters import CodeLinters
from shared.builds.code_gate.gate import check_code
from tests.fakes.code_gate_corpus import Sample, samples

CLEAN = samples("clean")
ATTACKS = samples("attacks")
RUNNING = {name: attack for name, attack in ATTACKS.items() if attack.runs}


def module(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The names of the sample's module, read where no gate stands."""
    made = ModuleType("logic")
    monkeypatch.setitem(sys.modules, "logic", made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(sample.source, "logic.py", "exec", dont_inherit=True), vars(made))
    return vars(made)


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_agent_passes(name: str) -> None:
    assert check_code(CLEAN[name].source, CLEAN[name].spec) == []


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_agent_is_a_module_that_works(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asyncio.iscoroutinefunction(module(CLEAN[name], monkeypatch)["run"])


def test_the_linters_find_nothing_in_clean_agents() -> None:
    linters = CodeLinters()
    odd = {name: linters.findings(one.source) for name, one in CLEAN.items() if "sql" in name or "select" in name}

    assert len(odd) >= 2
    assert not any(odd.values()), odd


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_found(name: str) -> None:
    findings = check_code(ATTACKS[name].source, ATTACKS[name].spec)

    assert findings
    assert all(finding.startswith("line ") for finding in findings)


@pytest.mark.parametrize("name", RUNNING)
def test_the_attack_works_where_no_gate_stands(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for shared in ("json", "string", "textwrap", "collections", "fractions", "calendar", "mam_agent"):
        kept = sys.modules.get(shared) or __import__(shared)
        for attribute, value in list(vars(kept).items()):
            monkeypatch.setitem(vars(kept), attribute, value)
    with keeping_classes():
        assert asyncio.run(module(ATTACKS[name], monkeypatch)["run"]({}, None))


class keeping_classes:
    """Undoes what an attack does to classes that the rest of the tests use, too."""

    def __enter__(self) -> None:
        from collections import Counter
        from fractions import Fraction

        from mam_agent import Tools

        self.kept = [(kind, dict(vars(kind))) for kind in (Counter, Fraction, Tools)]

    def __exit__(self, *_: object) -> None:
        for kind, members in self.kept:
            for name in set(vars(kind)) - members.keys():
                delattr(kind, name)
            for name, value in members.items():
                if vars(kind).get(name) is not value:
                    setattr(kind, name, value)
