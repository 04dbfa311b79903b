"""`tools` is the agent's only way out: it may be called with declared effects, handed to the module's own functions,
nothing else.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.names import Finding
from shared.builds.code_gate.source import Module
from shared.builds.code_gate.vocabulary import EFFECTS, HELPERS
from shared.specs.spec import AgentSpec

INSTRUCTED = frozenset({"llm", "write"})
"""Calls whose first argument tells a model what to do: input in there would be an order, not data."""


def tool_findings(code: Module, spec: AgentSpec) -> Iterator[Finding]:
    allowed = allowed_tools(spec)
    constants = _constants(code)
    functions = {node.name for node in code.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    fine: set[int] = set()
    for node in code.nodes:
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and _is_tools(node.func.value):
                fine.add(id(node.func.value))
                if node.func.attr not in allowed:
                    yield node.lineno, _refusal(node.func.attr, spec, allowed)
                elif node.func.attr in INSTRUCTED and not _own_words(node, constants):
                    yield node.lineno, f"the instruction of tools.{node.func.attr} must be a constant of the module"
            elif isinstance(node.func, ast.Name) and node.func.id in functions:
                fine |= {id(argument) for argument in node.args if _is_tools(argument)}
    yield from _gather_findings(code)
    for node in code.nodes:
        if isinstance(node, ast.Name) and _is_tools(node) and id(node) not in fine:
            yield (
                node.lineno,
                "`tools` may only be called (`tools.<name>(…)`) or handed by position to a function of this module",
            )
        elif isinstance(node, ast.arg) and node.arg != "tools" and _annotated_as_tools(node):
            yield node.lineno, "the parameter that takes the tools is called `tools`"
        elif isinstance(node, ast.Attribute) and not _is_tools(node.value) and node.attr in EFFECTS - {"now"}:
            yield node.lineno, f"{node.attr!r} may only be called on `tools`"


def _gather_findings(code: Module) -> Iterator[Finding]:
    """What `gather` returns knows its event loop: it may only be awaited, on the spot."""
    awaited = {id(node.value) for node in code.nodes if isinstance(node, ast.Await)}
    for node in code.nodes:
        if isinstance(node, ast.ImportFrom) and node.module == "asyncio":
            yield node.lineno, "write `import asyncio` and `await asyncio.gather(…)`"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "asyncio":
            calls = [n for n in code.nodes if isinstance(n, ast.Call) and n.func is node and id(n) in awaited]
            if not calls:
                yield node.lineno, "asyncio.gather may only be called and awaited on the spot"


def allowed_tools(spec: AgentSpec) -> frozenset[str]:
    """The effects that the spec declares and the frame's helpers that need no others."""
    effects = frozenset(spec.capabilities.effects)
    helpers = {name for name, needs in HELPERS[spec.template].items() if needs <= effects}
    return frozenset({effect.value for effect in effects} | helpers)


def _constants(code: Module) -> set[str]:
    """Names that are assigned at the top of the module and nowhere else: no input can get into them."""
    top = {n.id for statement in code.tree.body for n in _targets(statement)}
    inner = [n.id for n in code.nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)]
    arguments = {n.arg for n in code.nodes if isinstance(n, ast.arg)}
    return {name for name in top - arguments if inner.count(name) == 1}


def _targets(statement: ast.stmt) -> list[ast.Name]:
    if isinstance(statement, ast.Assign):
        return [target for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target]
    return []


def _own_words(call: ast.Call, constants: set[str]) -> bool:
    """Whether the instruction (first argument, or by name) is made of literals and constants of the module alone."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "instruction"]
    instruction = call.args[0] if call.args else named[0] if named else None
    return instruction is not None and _is_constant(instruction, constants)


def _is_constant(node: ast.expr, constants: set[str]) -> bool:
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            return name in constants
        case ast.BinOp(left=left, op=ast.Add(), right=right) | ast.IfExp(body=left, orelse=right):
            return _is_constant(left, constants) and _is_constant(right, constants)
        case ast.Subscript(value=ast.Name(id=name)):
            return name in constants
        case ast.JoinedStr(values=values):
            return all(_is_constant(value, constants) for value in values)
        case ast.FormattedValue(value=value):
            return _is_constant(value, constants)
        case _:
            return False


def _refusal(name: str, spec: AgentSpec, allowed: frozenset[str]) -> str:
    if name in EFFECTS:
        declared = _listed(effect.value for effect in spec.capabilities.effects)
        return f"asks for the effect {name!r}, which the spec does not declare (it declares {declared})"
    return f"tools.{name} does not exist for this agent; it has {_listed(allowed)}"


def _listed(names: Iterator[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _is_tools(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "tools"


def _annotated_as_tools(node: ast.arg) -> bool:
    return isinstance(node.annotation, ast.Name) and node.annotation.id == "Tools"
