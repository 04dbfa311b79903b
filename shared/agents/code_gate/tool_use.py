"""`tools` is the agent's only way out: it may be called with declared effects, handed to the module's own functions, nothing else."""

import ast
from collections.abc import Iterator

from shared.agents.code_gate.names import Finding
from shared.agents.code_gate.vocabulary import EFFECTS, HELPERS
from shared.agents.spec import AgentSpec


def tool_findings(tree: ast.Module, spec: AgentSpec) -> Iterator[Finding]:
    allowed = allowed_tools(spec)
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    fine: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and _is_tools(node.func.value):
                fine.add(id(node.func.value))
                if node.func.attr not in allowed:
                    yield node.lineno, _refusal(node.func.attr, spec, allowed)
            elif isinstance(node.func, ast.Name) and node.func.id in functions:
                fine |= {id(argument) for argument in node.args if _is_tools(argument)}
    for node in ast.walk(tree):
        if _is_tools(node) and id(node) not in fine:
            yield (
                node.lineno,
                "`tools` may only be called (`tools.<name>(…)`) or handed by position to a function of this module",
            )
        elif isinstance(node, ast.arg) and node.arg != "tools" and _annotated_as_tools(node):
            yield node.lineno, "the parameter that takes the tools is called `tools`"
        elif isinstance(node, ast.Attribute) and not _is_tools(node.value) and node.attr in EFFECTS - {"now"}:
            yield node.lineno, f"{node.attr!r} may only be called on `tools`"


def allowed_tools(spec: AgentSpec) -> frozenset[str]:
    """The effects that the spec declares and the frame's helpers that need no others."""
    effects = frozenset(spec.capabilities.effects)
    helpers = {name for name, needs in HELPERS[spec.template].items() if needs <= effects}
    return frozenset({effect.value for effect in effects} | helpers)


def _refusal(name: str, spec: AgentSpec, allowed: frozenset[str]) -> str:
    if name in EFFECTS:
        return f"asks for the effect {name!r}, which the spec does not declare (it declares {_listed(e.value for e in spec.capabilities.effects)})"
    return f"tools.{name} does not exist for this agent; it has {_listed(allowed)}"


def _listed(names: Iterator[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _is_tools(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "tools"


def _annotated_as_tools(node: ast.arg) -> bool:
    return isinstance(node.annotation, ast.Name) and node.annotation.id == "Tools"
