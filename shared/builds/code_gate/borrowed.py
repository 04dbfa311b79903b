"""Which local names may hold a module's constant, or a mutable part of one: `mine = SEEN`, `for values in LISTS`,
`helper(SEEN)`. The analysis is sound enough to enforce a style. Security does not depend on it: the state that a run
leaves behind ends with its process.
"""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Program
from shared.builds.code_gate.scopes import FUNCTIONS, Scope, list_bound_names

IMMUTABLE_CALLS = frozenset(
    """
    frozenset str int float bool bytes len max min sum round abs re.compile decimal.Decimal fractions.Fraction
    datetime.date datetime.datetime datetime.time datetime.timedelta datetime.timezone operator.itemgetter
    """.split()  # noqa: SIM905
)
PARTS = frozenset({"get", "items", "values"})
Spot = tuple[int, str]
"""A name in a scope."""


class Borrowed:
    def __init__(self, program: Program) -> None:
        self._program = program
        self._spots: dict[Spot, int] = {}
        self._givers: set[str] = set()
        """Functions and methods that return a borrowed value."""
        self._spread_marks()

    def is_borrowed(self, node: ast.expr) -> bool:
        """Whether the expression may evaluate to a mutable constant or to a mutable part of one."""
        match node:
            case ast.Name():
                if self._program.scopes.at_top(node):
                    return self._can_change(node)
                home = self._program.scopes.home(node.id, node)
                last = self._spots.get((id(home), node.id)) if home is not None else None
                return last is not None and node.lineno <= last
            case ast.Subscript(value=holder):
                return not isinstance(node.slice, ast.Slice) and self._parts(holder)
            case ast.Attribute(value=holder, attr=name):
                return name in self._givers or self.is_borrowed(holder)
            case ast.Starred(value=holder):
                return self.is_borrowed(holder)
            case ast.Call(func=ast.Attribute(value=holder, attr=method)):
                return method in self._givers or (method in PARTS and self._parts(holder))
            case ast.Call(func=ast.Name(id=name) as func):
                return name in self._givers and not self._program.is_builtin(func)
            case ast.Dict(keys=keys, values=values):
                named = zip(keys, values, strict=True)
                return any(key is not None and self.is_borrowed(value) for key, value in named)
            case ast.IfExp(body=one, orelse=other):
                return self.is_borrowed(one) or self.is_borrowed(other)
            case ast.BoolOp(values=values):
                return any(self.is_borrowed(value) for value in values)
            case ast.NamedExpr(value=value):
                return self.is_borrowed(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return any(self.is_borrowed(part) for part in parts)
            case _:
                return False

    def is_container(self, name: ast.Name) -> bool:
        """Whether a whole constant that is a list, a dict or a set was assigned to this local name."""
        return self.is_borrowed(name) and not self._program.scopes.at_top(name)

    def _parts(self, holder: ast.expr) -> bool:
        """Whether a value read out of the expression may be a mutable part of a constant."""
        if isinstance(holder, ast.Name) and self._program.scopes.at_top(holder):
            meant = self._program.constants.get(holder.id)
            return meant is not None and self._parts_can_change(meant)
        return self.is_borrowed(holder)

    def _is_iterated(self, source: ast.expr) -> bool:
        if isinstance(source, ast.Call) and self._program.is_builtin(source.func):
            return any(self._is_iterated(argument) for argument in source.args)
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute):
            return source.func.attr in PARTS and self._parts(source.func.value)
        if isinstance(source, ast.List | ast.Tuple):
            return any(self.is_borrowed(part) for part in source.elts)
        return self._parts(source)

    def _spread_marks(self) -> None:
        """Mark spots until nothing new is found. Each round adds at least one spot or is the last."""
        while any([*map(self._mark, self._marks()), *map(self._gives, self._returns())]):
            pass

    def _returns(self) -> Iterator[str]:
        for node in self._program.code.nodes:
            if isinstance(node, ast.Return | ast.Yield) and node.value is not None and self.is_borrowed(node.value):
                function = self._program.scope(node).node
                if isinstance(function, FUNCTIONS):
                    yield function.name
        for name, value in self._program.constants.items():
            if isinstance(value, ast.Lambda) and self.is_borrowed(value.body):
                yield name

    def _gives(self, name: str) -> bool:
        new = name not in self._givers
        self._givers.add(name)
        return new

    def _mark(self, spot: tuple[Scope, str]) -> bool:
        scope, name = spot
        key = (id(scope), name)
        if key in self._spots:
            return False
        self._spots[key] = self._last_line(scope, name)
        return True

    def _last_line(self, scope: Scope, name: str) -> int:
        """The line after which the name surely holds another value, since it was reassigned at the function's top
        level.
        """
        lines = [
            statement.lineno
            for statement in getattr(scope.node, "body", [])
            if isinstance(scope.node, FUNCTIONS)
            and isinstance(statement, ast.Assign)
            and [name] == [one for target in statement.targets for one in list_bound_names(target)]
            and not self.is_borrowed(statement.value)
        ]
        return min(lines, default=1_000_000)

    def _marks(self) -> Iterator[tuple[Scope, str]]:
        for node in self._program.code.nodes:
            match node:
                case ast.Assign(targets=targets, value=value) if self.is_borrowed(value):
                    yield from (mark for target in targets for mark in self._targets(target))
                case ast.AnnAssign(target=target, value=ast.expr() as value) if self.is_borrowed(value):
                    yield from self._targets(target)
                case ast.NamedExpr(target=target, value=value) if self.is_borrowed(value):
                    yield from self._targets(target)
                case ast.For(target=target, iter=source) | ast.comprehension(target=target, iter=source):
                    yield from self._targets(target) if self._is_iterated(source) else ()
                case ast.Match(subject=subject, cases=cases) if self.is_borrowed(subject):
                    yield from (mark for case in cases for mark in self._targets(case.pattern))
                case ast.Call():
                    yield from self._arguments(node)
                case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
                    yield from self._defaults(node)
                case _:
                    pass

    def _targets(self, target: ast.AST) -> Iterator[tuple[Scope, str]]:
        for node in ast.walk(target):
            for name in list_bound_names(node):
                scope = self._program.scopes.home(name, node)
                if scope is not None and scope is not self._program.scopes.module:
                    yield scope, name

    def _arguments(self, call: ast.Call) -> Iterator[tuple[Scope, str]]:
        function = self._program.scopes.function(call.func)
        if function is None:
            return
        names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
        for place, argument in enumerate(call.args):
            if place < len(names) and self.is_borrowed(argument):
                yield self._inside(function), names[place]
        for keyword in call.keywords:
            if keyword.arg is not None and self.is_borrowed(keyword.value):
                yield self._inside(function), keyword.arg

    def _defaults(self, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[tuple[Scope, str]]:
        arguments = function.args
        named = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(named), reversed(arguments.defaults), strict=False)]
        pairs += [(a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if d is not None]
        for argument, default in pairs:
            if self.is_borrowed(default):
                yield self._program.scope(argument), argument.arg

    def _inside(self, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Scope:
        """The scope of the function's own names: where its parameters live."""
        first = next(argument for argument in ast.walk(function.args) if isinstance(argument, ast.arg))
        return self._program.scope(first)

    def _can_change(self, value: ast.expr, through: int = 5) -> bool:
        match value:
            case ast.Constant() | ast.JoinedStr() | ast.Lambda() | ast.Compare() | ast.UnaryOp() | ast.FormattedValue():
                return False
            case ast.Tuple(elts=parts):
                return any(self._can_change(part, through) for part in parts)
            case ast.BinOp(left=left, right=right):
                return self._can_change(left, through) or self._can_change(right, through)
            case ast.Call(func=func):
                made = self._program.origin(func) or (ast.unparse(func) if self._program.is_builtin(func) else "")
                return made not in IMMUTABLE_CALLS
            case ast.Name() if self._program.scopes.at_top(value) and through:
                meant = self._program.constants.get(value.id)
                return meant is None or self._can_change(meant, through - 1)
            case ast.Name():
                return not self._program.is_builtin(value)
            case ast.Attribute():
                return self._program.origin(value) is None
            case _:
                return True

    def _parts_can_change(self, value: ast.expr) -> bool:
        match value:
            case ast.Dict(values=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.Tuple(elts=parts):
                return any(self._can_change(part) for part in parts)
            case ast.Call(args=[ast.Dict() | ast.List() | ast.Set() | ast.Tuple() as inner]):
                return self._parts_can_change(inner)
            case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.DictComp(value=part):
                return self._can_change(part)
            case ast.Call(func=ast.Attribute(attr="split")) | ast.Call(func=ast.Attribute(attr="maketrans")):
                return False
            case _:
                return self._can_change(value)
