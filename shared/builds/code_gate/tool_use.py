"""`tools` is the agent's only access to the outside, and keeps its name. The code may call it with declared effects, or
pass it to the module's own functions as a parameter that is also called `tools`.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.attributes import is_tools
from shared.builds.code_gate.instructions import INSTRUCTED, has_own_words
from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.scopes import FUNCTIONS
from shared.builds.code_gate.vocabulary import EFFECTS, HELPERS
from shared.specs.spec import AgentSpec

Function = ast.FunctionDef | ast.AsyncFunctionDef


def check_tool_use(program: Program, spec: AgentSpec) -> Iterator[Finding]:
    allowed = list_allowed_tools(spec)
    fine: set[int] = set()
    for node in program.code.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and is_tools(node.func.value):
            fine.add(id(node.func.value))
            yield from ((node.lineno, said) for said in _call(node, node.func.attr, program, spec, allowed))
        elif isinstance(node, ast.Call) and (function := program.scopes.function(node.func)) is not None:
            fine |= {id(value) for name, value in _pair_arguments(node, function) if name == "tools"}
    yield from _gather_findings(program)
    yield from _check_functions(program)
    for node in program.code.nodes:
        if isinstance(node, ast.Name) and is_tools(node) and id(node) not in fine:
            yield (
                node.lineno,
                "`tools` may only be called (`tools.<name>(…)`) or handed to a function of this module whose parameter "
                "is called `tools`",
            )
        elif isinstance(node, ast.Attribute) and not is_tools(node.value) and node.attr in EFFECTS - {"now"}:
            yield node.lineno, f"{node.attr!r} may only be called on `tools`"


def _call(node: ast.Call, name: str, program: Program, spec: AgentSpec, allowed: frozenset[str]) -> Iterator[str]:
    if name not in allowed:
        yield _describe_refusal(name, spec, allowed)
    elif any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords):
        yield f"the arguments of tools.{name} are written out, without `*`"
    elif name in INSTRUCTED and not has_own_words(node, program):
        yield f"the instruction of tools.{name} must be a constant of the module"


def _pair_arguments(call: ast.Call, function: Function) -> Iterator[tuple[str, ast.expr]]:
    """Pairs of parameter and argument, as far as both are certain."""
    names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        yield name, value
    yield from ((one.arg, one.value) for one in call.keywords if one.arg in names)


def _check_functions(program: Program) -> Iterator[Finding]:
    """A parameter `tools` is only ever given `tools`: functions that have it are called by their own name."""
    for node in program.code.nodes:
        if isinstance(node, ast.arg) and node.arg == "tools":
            if not isinstance(program.scope(node).node, FUNCTIONS):
                yield node.lineno, "a lambda takes no `tools`; it may use those of the function around it"
        elif isinstance(node, FUNCTIONS) and _takes_tools(node):
            home = program.scopes.home(node.name, node)
            if home is not None and len(home.names[node.name]) != 1:
                yield node.lineno, f"{node.name} takes `tools` and is defined twice; give each its own name"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            function = program.scopes.function(node)
            if function is not None and _takes_tools(function) and not _is_given_tools(node, function, program):
                yield node.lineno, f"{node.id} is called by its name, and gets `tools` for its parameter `tools`"
        elif isinstance(node, ast.arg) and _is_annotated_as_tools(node):
            yield node.lineno, "the parameter that takes the tools is called `tools`"


def _takes_tools(function: Function) -> bool:
    return any(argument.arg == "tools" for argument in ast.walk(function.args) if isinstance(argument, ast.arg))


def _is_given_tools(name: ast.Name, function: Function, program: Program) -> bool:
    call = program.code.parent(name)
    if not isinstance(call, ast.Call) or call.func is not name:
        return False
    return [is_tools(value) for parameter, value in _pair_arguments(call, function) if parameter == "tools"] == [True]


def _gather_findings(program: Program) -> Iterator[Finding]:
    """The result of `gather` gives access to its event loop, so it must be awaited at once."""
    for node in program.code.nodes:
        if isinstance(node, ast.Attribute) and (program.origin(node) or "").startswith("asyncio."):
            call = program.code.parent(node)
            called = isinstance(call, ast.Call) and call.func is node
            if not called or not isinstance(program.code.parent(call), ast.Await):
                yield node.lineno, "asyncio.gather may only be called and awaited on the spot"


def list_allowed_tools(spec: AgentSpec) -> frozenset[str]:
    """The effects that the spec declares, and the frame's helpers that need no other effects."""
    effects = frozenset(spec.capabilities.effects)
    helpers = {name for name, needs in HELPERS[spec.template].items() if needs <= effects}
    return frozenset({effect.value for effect in effects} | helpers)


def _describe_refusal(name: str, spec: AgentSpec, allowed: frozenset[str]) -> str:
    if name in EFFECTS:
        declared = _list_names(effect.value for effect in spec.capabilities.effects)
        return f"asks for the effect {name!r}, which the spec does not declare (it declares {declared})"
    return f"tools.{name} does not exist for this agent; it has {_list_names(allowed)}"


def _list_names(names: Iterator[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _is_annotated_as_tools(node: ast.arg) -> bool:
    return node.arg != "tools" and isinstance(node.annotation, ast.Name) and node.annotation.id == "Tools"
