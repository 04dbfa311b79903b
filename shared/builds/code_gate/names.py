"""Names: each refers to something of the module itself, to the vocabulary's modules, or to an allowed built-in."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.scopes import FUNCTIONS, Scope
from shared.builds.code_gate.vocabulary import (
    BUILTINS,
    DUNDER_METHODS,
    FORBIDDEN_BUILTINS,
    LOCAL_NAMES,
    MODULES,
)


def check_names(program: Program) -> Iterator[Finding]:
    for name, node, scope in program.scopes.bindings:
        yield from ((_read_line(node), said) for said in _check_binding(name, node, scope, program))
    yield from _check_rebinding(program)
    for node in program.code.nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield from ((node.lineno, said) for said in _use(node, program))


def _check_binding(name: str, node: ast.AST, scope: Scope, program: Program) -> Iterator[str]:
    local = name in LOCAL_NAMES and scope.kind in {"function", "comprehension"}
    if name in FORBIDDEN_BUILTINS and not local:
        yield f"{name!r} names a built-in that agent code may not use; call it something else"
    elif _is_reserved(name) and not _is_special_member(name, node, scope):
        yield f"{name!r} may not be defined"
    elif name == "tools" and not isinstance(node, ast.arg):
        yield "`tools` may only be a parameter"
    elif program.imports.get(name) in MODULES and not isinstance(node, ast.Import):
        yield f"{name!r} is an imported module; call the variable something else"


def _is_reserved(name: str) -> bool:
    """`__x`, and `_x_`, which means something to enumerations."""
    return name.startswith("__") or (name.startswith("_") and name.endswith("_") and len(name) > 2)


def _is_special_member(name: str, node: ast.AST, scope: Scope) -> bool:
    if scope.kind != "class":
        return False
    return name == "__slots__" or (isinstance(node, FUNCTIONS) and name in DUNDER_METHODS)


def _check_rebinding(program: Program) -> Iterator[Finding]:
    for name, nodes in program.scopes.module.names.items():
        if len(nodes) > 1 and name != "run":
            yield _read_line(nodes[-1]), f"{name!r} is defined twice; what stands at the top of the module is constant"


def _use(node: ast.Name, program: Program) -> Iterator[str]:
    if node.id == "input":
        yield from _use_of_input(node, program)
    elif program.origin(node) in MODULES:
        parent = program.code.parent(node)
        if not (isinstance(parent, ast.Attribute) and parent.value is node):
            yield f"the module {node.id} may only be used as `{node.id}.<name>`"
    elif program.is_builtin(node) and node.id not in BUILTINS and not is_parents_init(node, program):
        yield f"{node.id!r} is not among the names that agent code may use{_advise(node.id)}"


def _use_of_input(node: ast.Name, program: Program) -> Iterator[str]:
    parent = program.code.parent(node)
    called = isinstance(parent, ast.Call) and parent.func is node
    if called or program.scopes.home("input", node) in {None, program.scopes.module}:
        yield "`input` is the agent's input; functions that need it take it as a parameter"


def is_parents_init(node: ast.AST, program: Program) -> bool:
    """Whether the node is part of `super().__init__(…)` in a class's own `__init__`: the one form that is allowed."""
    name = node
    attribute = program.code.parent(program.code.parent(name)) if isinstance(name, ast.Name) else name
    if not isinstance(attribute, ast.Attribute) or attribute.attr != "__init__":
        return False
    match attribute.value:
        case ast.Call(func=ast.Name(id="super") as named, args=[], keywords=[]) if program.is_builtin(named):
            method = program.scope(attribute).node
            call = program.code.parent(attribute)
            called = isinstance(call, ast.Call) and call.func is attribute
            return (
                called
                and isinstance(method, ast.FunctionDef)
                and method.name == "__init__"
                and program.is_method(method)
            )
        case _:
            return False


def _advise(name: str) -> str:
    if name == "super":
        return "; only `super().__init__(…)` in an `__init__`"
    return "; results are returned" if name == "print" else ""


def _read_line(node: ast.AST) -> int:
    return getattr(node, "lineno", 1)
