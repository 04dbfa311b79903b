"""Values at the top of the module are constant: they are made of literals and plain constructors, and nothing changes
them later, under their own name or another.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.borrowed import Borrowed
from shared.builds.code_gate.classes import changes_itself
from shared.builds.code_gate.program import Finding, Program, find_root
from shared.builds.code_gate.scopes import COMPREHENSIONS, FUNCTIONS
from shared.builds.code_gate.vocabulary import CHANGERS, LAZY

USED_UP = frozenset({"io.StringIO", "csv.reader", "csv.writer", "csv.DictReader", "csv.DictWriter"})
CONSTANT = "what stands at the top of the module is constant; make a copy and change that"


def check_constants(program: Program) -> Iterator[Finding]:
    for statement in program.code.tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            yield from _check_values(statement, program)
    borrowed = Borrowed(program)
    for node in program.code.nodes:
        if (line := _find_changed_line(node, program, borrowed)) is not None:
            yield line, CONSTANT


def _check_values(statement: ast.Assign | ast.AnnAssign, program: Program) -> Iterator[Finding]:
    if statement.value is None:
        return
    for node in ast.walk(statement.value):
        if isinstance(node, ast.Await | ast.Yield | ast.YieldFrom | ast.NamedExpr):
            yield node.lineno, "a constant is made of literals and plain constructors"
        elif isinstance(node, ast.GeneratorExp) or (isinstance(node, ast.Call) and _is_used_up(node, program)):
            if not _is_read_at_once(node, program) and program.scope(node).kind != "function":
                yield node.lineno, "is used up by reading it; make it a tuple"
        elif isinstance(node, ast.Call) and program.scope(node).kind != "function":
            yield from ((node.lineno, said) for said in _call(node, program))


def _call(node: ast.Call, program: Program) -> Iterator[str]:
    origin = program.origin(node.func) or ""
    if origin == "collections.defaultdict":
        yield "a defaultdict changes when it is read; write a dict and `.get`"
    elif origin.startswith("own.") and changes_itself(program.classes[origin.removeprefix("own.")]):
        yield "instances of this class change; make them where they are used, or the class `@dataclass(frozen=True)`"
    elif (function := program.scopes.function(node.func)) is not None and _makes_functions(function):
        yield "functions that make functions are called where they are used, not at the top of the module"


def _makes_functions(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    inner = [node for node in ast.walk(function) if node is not function]
    return any(isinstance(node, (*FUNCTIONS, ast.Lambda, ast.Yield, ast.YieldFrom, ast.GeneratorExp)) for node in inner)


def _is_used_up(call: ast.Call, program: Program) -> bool:
    if program.is_builtin(call.func):
        return ast.unparse(call.func) in LAZY
    origin = program.origin(call.func) or ""
    return origin in USED_UP or origin.startswith("itertools.") or origin.endswith(".finditer") or _is_finditer(call)


def _is_finditer(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "finditer"


def _is_read_at_once(node: ast.expr, program: Program) -> bool:
    parent = program.code.parent(node)
    if isinstance(parent, ast.Starred):
        return True
    if isinstance(parent, ast.comprehension):
        return parent.iter is node
    return isinstance(parent, ast.Call) and parent.func is not node


def _find_changed_line(node: ast.AST, program: Program, borrowed: Borrowed) -> int | None:
    """The line where the node changes a constant or a part of one."""
    match node:
        case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.Attribute(ctx=ast.Store()):
            return node.lineno if _is_constants(node.value, program, borrowed) else None
        case ast.Attribute(attr=method, ctx=ast.Load()) if method in CHANGERS or method in program.own_members:
            changes = method in CHANGERS or _is_changing_method(method, program)
            return node.lineno if changes and _is_constants(node.value, program, borrowed) else None
        case ast.AugAssign(target=ast.Name() as target, value=value):
            grows = borrowed.is_borrowed(target) and isinstance(value, (ast.List, ast.Set, ast.Dict, *COMPREHENSIONS))
            return node.lineno if grows or borrowed.is_container(target) else None
        case ast.Call(func=func, args=[first, *_]) if (program.origin(func) or "").split(".")[0] in {"heapq", "bisect"}:
            inserts = (program.origin(func) or "").split(".")[1] in {"heapify", "heappop", "heappush", "insort"}
            return node.lineno if inserts and _is_constants(first, program, borrowed) else None
        case _:
            return None


def _is_changing_method(name: str, program: Program) -> bool:
    return any(
        isinstance(method, FUNCTIONS) and method.name == name and changes_itself(one)
        for one in program.classes.values()
        for method in one.body
    )


def _is_constants(holder: ast.expr, program: Program, borrowed: Borrowed) -> bool:
    if borrowed.is_borrowed(holder):
        return True
    start = find_root(holder)
    return program.scopes.at_top(start) and program.origin(start) is None
