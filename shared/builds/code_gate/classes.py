"""Classes: plain classes, dataclasses, enumerations and exceptions, at the top of the module; and where a class may be
named. A class is never passed on as a value, so every target of an assignment is surely an instance.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program, may_name_member
from shared.builds.code_gate.scopes import FUNCTIONS
from shared.builds.code_gate.vocabulary import (
    CHANGERS,
    ENUMS,
    EXCEPTIONS,
    METHOD_DECORATORS,
    MODULES,
)


def check_classes(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        if isinstance(node, ast.ClassDef):
            yield from _check_class(node, program)


def is_enum(node: ast.ClassDef, program: Program) -> bool:
    return any(program.origin(base) in ENUMS for base in node.bases)


def is_dataclass(node: ast.ClassDef, program: Program) -> bool:
    return any(program.origin(_strip_call(one)) == "dataclasses.dataclass" for one in node.decorator_list)


def _check_class(node: ast.ClassDef, program: Program) -> Iterator[Finding]:
    if program.code.parent(node) is not program.code.tree:
        yield node.lineno, "classes stand at the top of the module"
    if node.keywords or not _allows_bases(node, program):
        yield (
            node.lineno,
            "a class derives from nothing, one class of the module, an exception, or Enum, and takes no keywords",
        )
    for decorator in node.decorator_list:
        if not _is_dataclass_decorator(decorator, program):
            yield decorator.lineno, "classes are decorated with `@dataclass` (and options that are True or False) only"
    for statement in node.body:
        yield from ((statement.lineno, said) for said in _check_member(statement, node, program))
    yield from (
        (node.lineno, f"{name!r} may not be the name of a field or method; call it something else")
        for name in sorted(program.members_of(node))
        if not name.startswith("__") and not may_name_member(name)
    )


def _allows_bases(node: ast.ClassDef, program: Program) -> bool:
    if is_enum(node, program):
        *mixed, last = node.bases
        plain = [base for base in mixed if program.is_builtin(base) and ast.unparse(base) in {"str", "int"}]
        return len(plain) == len(mixed) <= 1 and program.origin(last) in ENUMS
    if len(node.bases) > 1:
        return False
    return all(
        (program.is_builtin(base) and ast.unparse(base) in EXCEPTIONS)
        or (isinstance(base, ast.Name) and program.is_class(base) and base.id in program.classes)
        for base in node.bases
    )


def _is_dataclass_decorator(decorator: ast.expr, program: Program) -> bool:
    if program.origin(_strip_call(decorator)) != "dataclasses.dataclass":
        return False
    if not isinstance(decorator, ast.Call):
        return True
    return not decorator.args and all(
        option.arg is not None and isinstance(option.value, ast.Constant) and isinstance(option.value.value, bool)
        for option in decorator.keywords
    )


def _check_member(statement: ast.stmt, node: ast.ClassDef, program: Program) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from _check_method(statement, program)
        case ast.Pass() | ast.Expr(value=ast.Constant()):
            return
        case ast.AnnAssign(target=ast.Name(), value=None):
            return
        case ast.AnnAssign(target=ast.Name(), value=ast.Call(func=func) as made) if program.origin(
            func
        ) == "dataclasses.field" and is_dataclass(node, program):
            yield from _check_field(made)
        case ast.AnnAssign(target=ast.Name(), value=value) | ast.Assign(targets=[ast.Name()], value=value):
            if value is not None and not _is_lasting(value, program):
                yield (
                    "the value of a class is a constant (a number, text, or tuple of such); lists and dicts are made "
                    "by `field(default_factory=list)` or in `__init__`"
                )
        case _:
            yield "the body of a class holds fields, constants and methods only"


def _check_method(method: ast.FunctionDef | ast.AsyncFunctionDef, program: Program) -> Iterator[str]:
    for decorator in method.decorator_list:
        if not (program.is_builtin(decorator) and ast.unparse(decorator) in METHOD_DECORATORS):
            yield f"methods are decorated with {', '.join(sorted(METHOD_DECORATORS))} only"
    if any(argument.arg == "tools" for argument in ast.walk(method.args) if isinstance(argument, ast.arg)):
        yield "methods do not take `tools`; write a function of the module that takes them"


def _check_field(made: ast.Call) -> Iterator[str]:
    for option in made.keywords:
        fresh = option.value
        if option.arg == "default_factory":
            made_anew = not isinstance(fresh, ast.Lambda) or not isinstance(
                fresh.body, ast.Name | ast.Attribute | ast.Subscript | ast.IfExp | ast.BoolOp
            )
            if not isinstance(fresh, ast.Name | ast.Attribute | ast.Lambda) or not made_anew:
                yield "a default_factory names what makes a new value: `list`, `dict`, a class, or `lambda: [1, 2]`"
        elif not isinstance(fresh, ast.Constant):
            yield "the options of a field are constants"
    if made.args:
        yield "the options of a field are given by name"


def _is_lasting(value: ast.expr, program: Program, through: int = 5) -> bool:
    """Whether the value is immutable. Names are resolved to their values, up to `through` times."""
    match value:
        case ast.Name() if program.scopes.at_top(value):
            meant = program.constants.get(value.id)
            return meant is not None and through > 0 and _is_lasting(meant, program, through - 1)
        case ast.Constant():
            return True
        case ast.Tuple(elts=parts):
            return all(_is_lasting(part, program) for part in parts)
        case ast.UnaryOp(operand=part):
            return _is_lasting(part, program)
        case ast.BinOp(left=left, right=right):
            return _is_lasting(left, program) and _is_lasting(right, program)
        case ast.Name():
            return program.is_builtin(value) or program.scope(value).kind == "class"
        case ast.Attribute(value=holder):
            return program.origin(holder) in MODULES or program.is_class(holder)
        case ast.Call(func=func, args=args, keywords=[]):
            made = program.origin(func) or (ast.unparse(func) if program.is_builtin(func) else "")
            known = made in {"frozenset", "re.compile", "decimal.Decimal", "datetime.timedelta", "datetime.date"}
            return known and all(_is_lasting(part, program) or isinstance(part, ast.Set) for part in args)
        case _:
            return False


def _strip_call(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def changes_itself(node: ast.ClassDef) -> bool:
    """Whether calling a method can change an instance."""
    for method in node.body:
        if not isinstance(method, FUNCTIONS) or method.name in {"__init__", "__post_init__"}:
            continue
        for inner in ast.walk(method):
            if isinstance(inner, ast.Attribute | ast.Subscript) and not isinstance(inner.ctx, ast.Load):
                return True
            if isinstance(inner, ast.Attribute) and inner.attr in CHANGERS:
                return True
    return False
