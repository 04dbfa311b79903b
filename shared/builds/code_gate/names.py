"""Names, imports and attributes: each must come from the vocabulary or be the code's own."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.source import Module
from shared.builds.code_gate.vocabulary import (
    BUILTINS,
    DUNDER_METHODS,
    FORBIDDEN_ATTRIBUTE_PREFIXES,
    FORBIDDEN_ATTRIBUTES,
    FORBIDDEN_BUILTINS,
    MODULES,
)

Finding = tuple[int, str]


def name_findings(code: Module) -> Iterator[Finding]:
    modules = {alias.name for node in code.nodes if isinstance(node, ast.Import) for alias in node.names}
    bound = {name for node in code.nodes for name, _ in _bindings(node)}
    yield from _binding_findings(code, modules)
    attribute_bases = {id(node.value) for node in code.nodes if isinstance(node, ast.Attribute)}
    given = set(_inside_functions_with_input(code))
    called = {id(node.func) for node in code.nodes if isinstance(node, ast.Call)}
    for node in code.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import_findings(node)
        elif isinstance(node, ast.Attribute):
            yield from _attribute_findings(node, modules)
        elif isinstance(node, ast.MatchClass):
            yield from (
                (node.lineno, f"{name!r} may not be matched") for name in node.kwd_attrs if not attribute_allowed(name)
            )
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            if node.id in modules and id(node) not in attribute_bases:
                yield node.lineno, f"the module {node.id} may only be used as `{node.id}.<name>`"
            if node.id == "input" and (id(node) in called or id(node) not in given):
                yield node.lineno, "`input` is the agent's input; functions that need it take it as a parameter"
            if node.id not in bound and node.id not in BUILTINS:
                yield node.lineno, f"{node.id!r} is not among the names that agent code may use"


def _inside_functions_with_input(code: Module) -> Iterator[int]:
    """Ids of the nodes where `input` is a parameter, and not the built-in function of that name."""
    for node in code.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if any(argument.arg == "input" for argument in arguments):
                yield from (id(inner) for inner in ast.walk(node))


def attribute_allowed(name: str) -> bool:
    return name not in FORBIDDEN_ATTRIBUTES and not name.startswith(FORBIDDEN_ATTRIBUTE_PREFIXES)


def _binding_findings(code: Module, modules: set[str]) -> Iterator[Finding]:
    for node in code.nodes:
        for name, line in _bindings(node):
            if name in FORBIDDEN_BUILTINS:
                yield line, f"{name!r} names a built-in that agent code may not use; call it something else"
            elif name.startswith("__") and not (isinstance(node, ast.FunctionDef) and name in DUNDER_METHODS):
                yield line, f"{name!r} may not be defined"
            elif name == "tools" and not isinstance(node, ast.arg):
                yield line, "`tools` may only be a parameter"
            elif name in modules and not isinstance(node, ast.Import):
                yield line, f"{name!r} is an imported module; call the variable something else"


def _bindings(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Every way in which syntax gives a name a value, in any scope."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name, node.lineno
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, node.lineno
        case ast.arg(arg=name):
            yield name, node.lineno
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            for alias in aliases:
                yield alias.asname or alias.name.split(".")[0], node.lineno
        case ast.ExceptHandler(name=str(name)):
            yield name, node.lineno
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name, node.lineno
        case ast.MatchMapping(rest=str(name)):
            yield name, node.lineno
        case _:
            pass


def _import_findings(node: ast.Import | ast.ImportFrom) -> Iterator[Finding]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            if alias.name not in MODULES:
                yield node.lineno, f"the module {alias.name!r} may not be imported"
            elif alias.asname or "." in alias.name or alias.name == "mam_agent":
                yield (
                    node.lineno,
                    f"import the module under its own name, or names from it (`from {alias.name} import …`)",
                )
        return
    allowed = MODULES.get(node.module or "")
    if node.level or allowed is None:
        yield node.lineno, f"the module {'.' * node.level + (node.module or '')!r} may not be imported"
        return
    for alias in node.names:
        if alias.name not in allowed:
            yield node.lineno, f"{alias.name!r} may not be imported from {node.module!r}"


def _attribute_findings(node: ast.Attribute, modules: set[str]) -> Iterator[Finding]:
    if isinstance(node.value, ast.Name) and node.value.id in modules:
        if not isinstance(node.ctx, ast.Load):
            yield node.lineno, f"{node.value.id}.{node.attr} may not be changed"
        elif node.attr not in MODULES.get(node.value.id, frozenset()):
            yield node.lineno, f"{node.value.id}.{node.attr} may not be used"
    elif isinstance(node.value, ast.Name) and node.value.id == "tools":
        return
    elif not attribute_allowed(node.attr):
        yield node.lineno, f"the attribute {node.attr!r} may not be used{_instead(node.attr)}"


def _instead(attribute: str) -> str:
    if attribute in {"format", "format_map"}:
        return "; write an f-string"
    if attribute in {"now", "today", "utcnow"}:
        return "; the time comes from `await tools.now()`"
    return ""
