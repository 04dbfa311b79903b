"""Which attributes may be read, and which assigned. Only fields of the module's own instances may be assigned."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.names import is_parents_init
from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.scopes import FUNCTIONS
from shared.builds.code_gate.vocabulary import ATTRIBUTES, CHANGERS, ENCODINGS, MODULES


def attribute_findings(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        if isinstance(node, ast.Attribute):
            found = _read(node, program) if isinstance(node.ctx, ast.Load) else _check_change(node, program)
            yield from ((node.lineno, said) for said in found)
        elif isinstance(node, ast.MatchClass):
            odd = [name for name in node.kwd_attrs if not _is_known(name, program)]
            yield from ((node.lineno, f"{name!r} may not be matched") for name in odd)
        elif isinstance(node, ast.Call):
            yield from _check_encoding(node, program)


def _read(node: ast.Attribute, program: Program) -> Iterator[str]:
    if program.origin(node.value) in MODULES:
        module = program.origin(node.value) or ""
        if node.attr not in MODULES[module]:
            yield f"{module}.{node.attr} may not be used{_advise(node.attr)}"
    elif is_tools(node.value) or is_parents_init(node, program):
        return
    elif program.origin(node.value) in {f"own.{name}" for name in program.classes} or program.is_class_argument(
        node.value
    ):
        yield from _check_own_attribute(node, program)
    elif node.attr.startswith("_"):
        if node.attr not in program.own_members or not program.is_self(node.value):
            yield f"the attribute {node.attr!r} may not be used; private fields are read on `self` only"
    elif not _is_known(node.attr, program):
        yield f"the attribute {node.attr!r} may not be used{_advise(node.attr)}"
    elif program.is_builtin(node.value) and node.attr in CHANGERS:
        yield f"call {node.attr!r} on the value itself"


def _check_own_attribute(node: ast.Attribute, program: Program) -> Iterator[str]:
    """`Row.read` may be a class method or a constant. A plain method may only be called on an instance, its `self`."""
    if node.attr.startswith("_") or node.attr not in program.own_members:
        yield f"the attribute {node.attr!r} may not be used on a class"
        return
    methods = [m for one in program.classes.values() for m in one.body if isinstance(m, FUNCTIONS)]
    if any(m.name == node.attr and not program.is_decorated(m, "classmethod", "staticmethod") for m in methods):
        yield f"{node.attr!r} is a method; call it on an instance"


def _check_change(node: ast.Attribute, program: Program) -> Iterator[str]:
    holder = node.value
    shown = f"{ast.unparse(holder)[:40]}.{node.attr}"
    if isinstance(node.ctx, ast.Del) or not _is_plain_target(node, program):
        yield f"{shown} may not be changed in this way; write `{shown} = …`"
    elif not isinstance(holder, ast.Name) or is_tools(holder) or program.is_class_argument(holder):
        yield f"{shown} may not be changed; fields are assigned on instances of the module's own classes"
    elif (home := program.scopes.home(holder.id, holder)) is None or home.kind != "function":
        yield f"{shown} may not be changed; what stands at the top of the module is constant"
    elif node.attr not in program.own_fields:
        yield f"{shown} may not be changed; no class of the module has a field {node.attr!r}"
    elif node.attr.startswith("_") and not program.is_self(holder):
        yield f"{shown} may not be changed; private fields are assigned on `self` only"


def _is_plain_target(node: ast.AST, program: Program) -> bool:
    above = program.code.parent(node)
    while isinstance(above, ast.Tuple | ast.List | ast.Starred):
        above = program.code.parent(above)
    return isinstance(above, ast.Assign | ast.AugAssign | ast.AnnAssign)


def _check_encoding(call: ast.Call, program: Program) -> Iterator[Finding]:
    """Allow only some encodings: Python imports the others when they are first named."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "encoding"]
    if isinstance(call.func, ast.Attribute) and call.func.attr in {"encode", "decode"}:
        named += call.args[:1]
    elif program.is_builtin(call.func) and ast.unparse(call.func) in {"str", "bytes", "bytearray"}:
        named += call.args[1:2]
    for value in named:
        if not (isinstance(value, ast.Constant) and str(value.value).lower() in ENCODINGS):
            yield call.lineno, f"encodings are written out, and one of {', '.join(sorted(ENCODINGS))}"


def _is_known(name: str, program: Program) -> bool:
    return name in ATTRIBUTES or (name in program.own_members and not name.startswith("_"))


def is_tools(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "tools"


def _advise(attribute: str) -> str:
    if attribute in {"format", "format_map"}:
        return "; write an f-string"
    if attribute in {"now", "today", "utcnow"}:
        return "; the time comes from `await tools.now()` (and a field is called something else)"
    return ""
