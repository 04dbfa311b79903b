"""No test in this folder loops over nothing: what it asserts of each, it must assert of some."""

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent


def unguarded(source: str) -> list[int]:
    """Lines of loops that assert something of each item, where there could be none."""
    return [line for line, iterated in loops(ast.parse(source)) if not holds_something(iterated)]


def loops(tree: ast.AST) -> Iterator[tuple[int, ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.For) and any(isinstance(inner, ast.Assert) for inner in ast.walk(node)):
            yield node.lineno, node.iter
        if isinstance(node, ast.Assert):
            for call in ast.walk(node.test):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "all":
                    yield from ((call.lineno, each.iter) for each in generators_of(call))


def generators_of(call: ast.Call) -> list[ast.comprehension]:
    return [each for argument in call.args if isinstance(argument, ast.GeneratorExp) for each in argument.generators]


def holds_something(iterated: ast.expr) -> bool:
    """`every(…)`, `deployment.of(…)`, `.functions`, `.templates`, a constant, or what is written out."""
    match iterated:
        case ast.Call(func=ast.Name(id="every")) | ast.Call(func=ast.Attribute(attr="of")):
            return True
        case ast.Call(func=ast.Attribute(attr="items" | "values", value=owner)):
            return holds_something(owner)
        case ast.Attribute(attr="functions" | "templates"):
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            return bool(items)
        case _:
            return False


def test_every_loop_has_something_to_look_at() -> None:
    modules = sorted(HERE.glob("test_*.py"))

    assert len(modules) > 1
    assert {module.name: lines for module in modules if (lines := unguarded(module.read_text()))} == {}


def test_a_loop_over_what_may_be_empty_is_found() -> None:
    assert unguarded("for one in found:\n    assert one") == [1]
    assert unguarded("assert all(one for one in found if one.good)") == [1]
    assert unguarded("for one in every(found):\n    assert all(part for part in ('a', one))") == []
