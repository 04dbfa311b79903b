"""The worked examples that the product ships are what the offline model's kinds make of their opportunities."""

import ast

import pytest

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS, chosen_kind
from shared.builds.worked_examples import NAMES, worked_examples
from tests.integration.worked_examples import made_logic, made_spec

SHIPPED = {one.name: one for one in worked_examples()}
EVERY_KIND = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def test_every_kind_has_its_example() -> None:
    assert {kind.name for kind in KINDS} == set(NAMES)


@EVERY_KIND
def test_its_opportunity_calls_for_the_kind(kind: Kind) -> None:
    assert chosen_kind(Brief(SHIPPED[kind.name].opportunity)) is kind


@EVERY_KIND
def test_its_spec_and_logic_are_those_of_the_kind(kind: Kind) -> None:
    """After a change of a kind: `make examples`."""
    shipped = SHIPPED[kind.name]

    assert made_spec(kind) == shipped.spec
    assert ast.dump(ast.parse(made_logic(kind))) == ast.dump(ast.parse(shipped.logic_py))
