"""Instructions to a model are the module's own words: input in an instruction would be an order instead of data."""

import ast

from shared.builds.code_gate.program import Program

INSTRUCTED = frozenset({"llm", "write"})
"""Calls whose first argument, or `instruction`, is an instruction."""
READERS = frozenset({"get", "items", "keys", "values"})
READ_BY = frozenset({"list", "tuple", "sorted", "len", "set", "enumerate", "max", "min"})


def has_own_words(call: ast.Call, program: Program) -> bool:
    """Whether the instruction is made only of literals and of the module's immutable constants."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "instruction"]
    instructions = [*call.args[:1], *named]
    return len(instructions) == 1 and _is_text(instructions[0], program, frozenset())


def _is_text(node: ast.expr, program: Program, seen: frozenset[str]) -> bool:
    """`seen`: the names that were resolved on the way here. A name that leads back to itself is not a text."""
    match node:
        case ast.Constant(value=str()):
            return True
        case ast.Name(id=name):
            values = [] if name in seen else _list_values(node, program)
            return bool(values) and all(_is_text(value, program, seen | {name}) for value in values)
        case ast.BinOp(left=left, op=ast.Add(), right=right) | ast.IfExp(body=left, orelse=right):
            return _is_text(left, program, seen) and _is_text(right, program, seen)
        case ast.Subscript(value=ast.Name() as holder):
            return _holds_texts(holder, program, seen)
        case ast.Call(func=ast.Attribute(value=ast.Name() as holder, attr="get"), args=[_, default], keywords=[]):
            return _holds_texts(holder, program, seen) and _is_text(default, program, seen)
        case ast.JoinedStr(values=parts):
            return all(_is_text(part, program, seen) for part in parts)
        case ast.FormattedValue(value=value, format_spec=None):
            return _is_text(value, program, seen)
        case _:
            return False


def _list_values(name: ast.Name, program: Program) -> list[ast.expr]:
    """Everything that the name can hold; empty if that is not certain. A constant of the module has one value, which
    counts only if no other scope binds the same name.
    """
    home = program.scopes.home(name.id, name)
    if home is None or home.kind not in {"module", "function"}:
        return []
    scopes = [scope for bound, _, scope in program.scopes.bindings if bound == name.id]
    if home is program.scopes.module and scopes != [home]:
        return []
    values = [_find_assigned(node, program) for node in home.names[name.id]]
    return [] if None in values else [value for value in values if value is not None]


def _find_assigned(node: ast.AST, program: Program) -> ast.expr | None:
    match program.code.parent(node):
        case ast.Assign(targets=[ast.Name() as target], value=value) if target is node:
            return value
        case ast.AnnAssign(target=ast.Name() as target, value=value) if target is node:
            return value
        case _:
            return None


def _holds_texts(holder: ast.Name, program: Program, seen: frozenset[str]) -> bool:
    """Whether the name is a table of texts at the top of the module that is only ever read."""
    sure = program.scopes.at_top(holder) and holder.id not in seen
    match _list_values(holder, program) if sure else []:
        case [ast.Dict(keys=keys, values=values)] if None not in keys:
            texts = values
        case [ast.Tuple(elts=values) | ast.List(elts=values)]:
            texts = values
        case _:
            return False
    uses = [
        node
        for node in program.code.nodes
        if isinstance(node, ast.Name) and node.id == holder.id and isinstance(node.ctx, ast.Load)
    ]
    return all(_is_text(text, program, seen | {holder.id}) for text in texts) and all(
        _is_read(use, program) for use in uses
    )


def _is_read(use: ast.Name, program: Program) -> bool:
    parent = program.code.parent(use)
    match parent:
        case ast.Subscript(ctx=ast.Load(), value=value):
            return value is use
        case ast.Attribute(attr=method):
            return method in READERS
        case ast.Compare() | ast.For() | ast.comprehension():
            return True
        case ast.Call(func=ast.Name(id=name) as func, args=[_]):
            return name in READ_BY and program.is_builtin(func)
        case _:
            return False
