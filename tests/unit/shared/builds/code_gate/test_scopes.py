"""Names are resolved by the rules of Python: `symtable`, which is Python's own, has to agree."""

import ast
import symtable
from collections.abc import Iterator

import pytest

from shared.builds.code_gate.scopes import Scope, Scopes, build_scopes
from tests.fakes.code_gate_corpus import samples

SOURCES = {name: sample.source for folder in ("clean", "attacks") for name, sample in samples(folder).items()}
del SOURCES["global_counter"]  # `global` is refused as syntax, so its names need no home
TRICKY = """
import json as j
from datetime import date

def outer(type, *rest, key=None, **more):
    found = [type for type in rest if (last := type)]
    def inner():
        nonlocal found
        found = 1
        return found, type, date
    def other(date=date):
        return lambda type: (type, date, last)
    match rest:
        case {"a": id, **others} | [id, *others]:
            pass
    try:
        pass
    except ValueError as hash:
        pass
    for vars, (dir, *object) in more:
        del vars
    with key as open:
        return {k: v for k in rest for v in k}

class A:
    type = 1
    both = [type for _ in range(3)]
    def method(self):
        return type
"""


def own(scope: Scope) -> set[str]:
    return {name for name, nodes in scope.names.items() if nodes}


def by_kind(tree: ast.Module) -> dict[tuple[str, int], list[set[str]]]:
    """By name and first line: what each function and class of the module binds."""
    found: dict[tuple[str, int], list[set[str]]] = {}
    for scope in all_scopes(build_scopes(tree)):
        if scope.kind in {"function", "class"}:
            name = getattr(scope.node, "name", "lambda")
            found.setdefault((name, getattr(scope.node, "lineno", 1)), []).append(own(scope))
    return found


def all_scopes(scopes: Scopes) -> list[Scope]:
    return list({id(scope): scope for scope in scopes.within.values()}.values())


def tables(table: symtable.SymbolTable) -> Iterator[symtable.SymbolTable]:
    for child in table.get_children():
        yield child
        yield from tables(child)


@pytest.mark.parametrize("source", [*SOURCES.values(), TRICKY], ids=[*SOURCES, "tricky"])
def test_functions_bind_what_python_says_they_bind(source: str) -> None:
    try:
        table = symtable.symtable(source, "logic.py", "exec")
        ours = by_kind(ast.parse(source))
    except SyntaxError:
        pytest.skip("no Python of this version")
    for one in tables(table):
        if one.get_type() == "function" and one.get_name() not in {"listcomp", "setcomp", "dictcomp", "genexpr"}:
            local = {symbol.get_name() for symbol in one.get_symbols() if symbol.is_local() and not symbol.is_global()}
            assert local in candidates(ours, one), one.get_name()


def candidates(ours: dict[tuple[str, int], list[set[str]]], one: symtable.SymbolTable) -> list[set[str]]:
    """Decorators move a function's first line from one version of Python to the next."""
    return [
        names
        for (name, line), found in ours.items()
        if name == one.get_name() and abs(line - one.get_lineno()) <= 2
        for names in found
    ] or [set()]
