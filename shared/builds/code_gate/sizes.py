"""Values in the code itself that would take much memory or time. The sandbox bounds the effect of a run's input."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program

MOST_BITS = 4_096
MOST_REPEATS = 100_000
MOST_STEPS_AT_TOP = 100_000


def check_sizes(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        if isinstance(node, ast.BinOp) and _is_huge(node):
            yield node.lineno, "makes a huge value; write the value that is meant"
        elif isinstance(node, ast.Call) and _is_long_range(node, program):
            yield node.lineno, f"counts further than {MOST_STEPS_AT_TOP:,} when the module is read"


def _is_huge(node: ast.BinOp) -> bool:
    left, right = _read_number(node.left), _read_number(node.right)
    match node.op:
        case ast.Pow():
            return right is not None and abs(right) * (left.bit_length() if left is not None else 1) > MOST_BITS
        case ast.LShift():
            return right is not None and right > MOST_BITS
        case ast.Mult():
            times = right if _is_series(node.left) else left if _is_series(node.right) else None
            return times is not None and times > MOST_REPEATS
        case _:
            return False


def _read_number(node: ast.expr) -> int | None:
    """The value of an expression of whole numbers. A huge value is replaced by one that is over the limit."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Constant(value=int(value)):
            return value
        case ast.UnaryOp(operand=inner):
            return _read_number(inner)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            one, other = _read_number(left), _read_number(right)
            return one * other if one is not None and other is not None else None
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            one, other = _read_number(left), _read_number(right)
            if one is None or other is None or other < 0:
                return None
            return 1 << MOST_BITS if one.bit_length() * other > MOST_BITS else one**other
        case _:
            return None


def _is_series(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple | ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    )


def _is_long_range(call: ast.Call, program: Program) -> bool:
    if not (isinstance(call.func, ast.Name) and call.func.id == "range" and program.is_builtin(call.func)):
        return False
    scope = program.scope(call)
    while scope.kind in {"comprehension", "class"} and scope.parent is not None:
        scope = scope.parent
    sizes = [_read_number(argument) for argument in call.args]
    return scope.kind == "module" and any(size is None or abs(size) > MOST_STEPS_AT_TOP for size in sizes)
