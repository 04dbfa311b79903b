"""Where a class may be named. A class is never passed on as a value, so every target of an assignment is an
instance.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.annotations import is_in_type
from shared.builds.code_gate.classes import is_enum
from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.vocabulary import ANNOTATIONS_ONLY, CLASSES, ENUMS, UNCHANGEABLE

FACTORIES = frozenset({"default_factory", "key"})
COUNTED = frozenset({"list", "tuple", "set", "sorted", "len", "enumerate", "reversed"})
CHANGEABLE = CLASSES - UNCHANGEABLE


def check_class_use(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            yield from ((node.lineno, said) for said in _check_name(node, program))


def _check_name(node: ast.Name | ast.Attribute, program: Program) -> Iterator[str]:
    origin = program.origin(node)
    if origin is None and not program.is_class_argument(node):
        return
    typed = is_in_type(node, program)
    if origin in ANNOTATIONS_ONLY:
        if not typed:
            yield f"{origin} is for annotations only"
    elif origin == "dataclasses.dataclass":
        if not _decorates(node, program):
            yield "`dataclass` is a decorator of classes and nothing else"
    elif origin == "dataclasses.field":
        if not _makes_field(node, program):
            yield "`field(…)` stands in the body of a dataclass only"
    elif origin in ENUMS:
        if not isinstance(program.code.parent(node), ast.ClassDef):
            yield "an enumeration is written as a class (`class Level(Enum): …`)"
    elif (origin is None or origin.startswith("own.") or origin in CHANGEABLE) and not (
        typed or _class_may_stand(node, program)
    ):
        yield (
            f"the class {ast.unparse(node)} may be called, raised, caught, matched, named in annotations or be a "
            "factory; it is no value to hand on"
        )


def _class_may_stand(node: ast.expr, program: Program) -> bool:
    parent = program.code.parent(node)
    while isinstance(parent, ast.Tuple) or (isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.BitOr)):
        node, parent = parent, program.code.parent(parent)
        if not _is_checked_kind(node, parent, program):
            return False
    match parent:
        case ast.Call(func=func, args=args):
            return func is node or _is_checked_kind(node, parent, program) or _is_made_by(node, func, args, program)
        case ast.keyword(arg=name):
            return name in FACTORIES
        case ast.Attribute() | ast.ClassDef() | ast.Raise():
            return True
        case ast.MatchClass(cls=cls):
            return cls is node
        case ast.For() | ast.comprehension() | ast.Subscript() | ast.Compare():
            return _is_own_enum(node, program) and _reads(parent, node)
        case _:
            return _is_checked_kind(node, parent, program)


def _reads(parent: ast.AST, node: ast.expr) -> bool:
    match parent:
        case ast.For(iter=source) | ast.comprehension(iter=source):
            return source is node
        case ast.Subscript(value=source, ctx=ast.Load()):
            return source is node
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[source]):
            return source is node
        case _:
            return False


def _is_checked_kind(node: ast.AST, parent: ast.AST, program: Program) -> bool:
    """`isinstance(x, Row)`, `except RowUnusable`."""
    match parent:
        case ast.Call(func=ast.Name(id="isinstance" | "issubclass") as func, args=[_, kinds]):
            return kinds is node and program.is_builtin(func)
        case ast.ExceptHandler(type=kinds):
            return kinds is node
        case ast.Tuple():
            return True
        case _:
            return False


def _is_made_by(node: ast.expr, func: ast.expr, args: list[ast.expr], program: Program) -> bool:
    """`map(Row, lines)`, `defaultdict(Counter)`; `list(Level)` of an enumeration."""
    if not args or args[0] is not node:
        return False
    name = program.origin(func) or (ast.unparse(func) if program.is_builtin(func) else "")
    if name in COUNTED:
        return _is_own_enum(node, program)
    return name in {"map", "filter", "collections.defaultdict", "itertools.starmap"}


def _is_own_enum(node: ast.expr, program: Program) -> bool:
    return isinstance(node, ast.Name) and node.id in program.classes and is_enum(program.classes[node.id], program)


def _decorates(node: ast.expr, program: Program) -> bool:
    parent = program.code.parent(node)
    if isinstance(parent, ast.Call) and parent.func is node:
        node, parent = parent, program.code.parent(parent)
    return isinstance(parent, ast.ClassDef) and node in parent.decorator_list


def _makes_field(node: ast.expr, program: Program) -> bool:
    call = program.code.parent(node)
    statement = program.code.parent(call)
    where = program.code.parent(statement)
    called = isinstance(call, ast.Call) and call.func is node
    return called and isinstance(statement, ast.AnnAssign) and isinstance(where, ast.ClassDef)
