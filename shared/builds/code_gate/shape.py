"""The form of the module: what may stand at its top, in classes and in handlers, and the signature of `run`."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.names import Finding
from shared.builds.code_gate.source import Module
from shared.builds.code_gate.vocabulary import BASES, DECORATORS, NODES

TOP = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def shape_findings(code: Module) -> Iterator[Finding]:
    yield from _run_findings(code)
    for node in code.tree.body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not docstring and not isinstance(node, TOP):
            yield node.lineno, "the top of the module holds imports, constants, functions and classes only"
    classes = {node.name for node in code.nodes if isinstance(node, ast.ClassDef)}
    for node in code.nodes:
        if not isinstance(node, NODES):
            yield getattr(node, "lineno", 1), f"{type(node).__name__} is not among the syntax that agent code may use"
        elif isinstance(node, ast.ClassDef):
            yield from _class_findings(node, classes)
        elif isinstance(node, FUNCTIONS):
            yield from _function_findings(node)
        elif isinstance(node, ast.ExceptHandler) and node.type is None:
            yield node.lineno, "a bare `except` hides the platform's own signals; name the exceptions"
        elif isinstance(node, ast.Starred | ast.keyword) and _is_tools(node.value):
            yield node.value.lineno, "`tools` may not be passed on like this"


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


def _class_findings(node: ast.ClassDef, classes: set[str]) -> Iterator[Finding]:
    if node.keywords:
        yield node.lineno, "a class takes no keywords (no metaclass)"
    for base in node.bases:
        if not (isinstance(base, ast.Name) and base.id in BASES | classes):
            yield node.lineno, f"a class may derive only from {', '.join(sorted(BASES))} or from classes of the module"
    yield from _decorator_findings(node.decorator_list)


def _function_findings(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
    yield from _decorator_findings(node.decorator_list)
    if isinstance(node, ast.AsyncFunctionDef):
        inner = [n for n in _own_nodes(node) if isinstance(n, ast.Yield | ast.YieldFrom)]
        yield from ((n.lineno, "an async function may not yield; return a list") for n in inner)


def _decorator_findings(decorators: list[ast.expr]) -> Iterator[Finding]:
    for decorator in decorators:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        if not (isinstance(target, ast.Name) and target.id in DECORATORS):
            yield decorator.lineno, f"decorators are limited to {', '.join(sorted(DECORATORS))}"


def _own_nodes(function: ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """The function's nodes without those of functions inside it."""
    stack: list[ast.AST] = list(function.body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))


def _is_tools(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "tools"
