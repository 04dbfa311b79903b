"""The form of the module: kinds of syntax, statements at its top, functions, their defaults, and the signature of
`run`.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.scopes import FUNCTIONS
from shared.builds.code_gate.source import Module
from shared.builds.code_gate.vocabulary import NODES

TOP = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)


def check_shape(program: Program) -> Iterator[Finding]:
    yield from _run_findings(program.code)
    for node in program.code.tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not isinstance(node, TOP):
            yield node.lineno, "the top of the module holds imports, constants, functions and classes only"
    for node in program.code.nodes:
        yield from ((getattr(node, "lineno", 1), said) for said in _check_node(node, program))


def _check_node(node: ast.AST, program: Program) -> Iterator[str]:
    if not isinstance(node, NODES):
        yield f"{type(node).__name__} is not among the syntax that agent code may use"
    elif isinstance(node, FUNCTIONS):
        yield from _check_function(node, program)
    elif isinstance(node, ast.comprehension) and node.is_async:
        yield "an async comprehension is not among the syntax that agent code may use; await in a loop"
    elif isinstance(node, ast.ExceptHandler) and node.type is None:
        yield "a bare `except` hides the platform's own signals; name the exceptions"
    elif isinstance(node, ast.arguments):
        for default in [*node.defaults, *node.kw_defaults]:
            if default is not None and not _is_constant(default):
                yield "a default value is a constant (a list lives on between calls); write None and make it inside"


def _run_findings(code: Module) -> Iterator[Finding]:
    runs = [node for node in code.tree.body if isinstance(node, FUNCTIONS) and node.name == "run"]
    if len(runs) != 1 or not isinstance(runs[0], ast.AsyncFunctionDef):
        yield 1, "needs exactly one `async def run(input, tools)` at its top"
        return
    arguments = runs[0].args
    names = [argument.arg for argument in arguments.args]
    extra = arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg or arguments.defaults
    if names != ["input", "tools"] or extra or runs[0].decorator_list:
        yield runs[0].lineno, "the signature must be `async def run(input, tools)`"
    assigned = [n for n in code.nodes if isinstance(n, ast.Name) and n.id == "run" and not isinstance(n.ctx, ast.Load)]
    yield from ((node.lineno, "`run` may not be assigned") for node in assigned)


def _check_function(node: ast.FunctionDef | ast.AsyncFunctionDef, program: Program) -> Iterator[str]:
    if node.decorator_list and not program.is_method(node):
        yield "functions have no decorators"
    if isinstance(node, ast.AsyncFunctionDef) and any(
        isinstance(inner, ast.Yield | ast.YieldFrom) and program.scope(inner).node is node for inner in ast.walk(node)
    ):
        yield "an async function may not yield; return a list"


def _is_constant(default: ast.expr) -> bool:
    match default:
        case ast.Constant() | ast.Name():
            return True
        case ast.Tuple(elts=parts):
            return all(_is_constant(part) for part in parts)
        case ast.UnaryOp(operand=inner) | ast.Attribute(value=inner):
            return _is_constant(inner)
        case ast.BinOp(left=left, right=right):
            return _is_constant(left) and _is_constant(right)
        case _:
            return False
