"""Which binding a name refers to, by Python's own scoping rules. A parameter called `type` in one place must not make
`type(…)` elsewhere look like a local name.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(eq=False)
class Scope:
    """`names`: the names bound in this scope, with the nodes that bind them."""

    kind: Literal["module", "class", "function", "comprehension"]
    node: ast.AST
    parent: "Scope | None"
    names: dict[str, list[ast.AST]] = field(default_factory=dict[str, list[ast.AST]])
    nonlocals: set[str] = field(default_factory=set[str])

    def binds(self, name: str, node: ast.AST) -> None:
        if name in self.nonlocals and self.parent is not None:
            self.parent.binds(name, node)
        else:
            self.names.setdefault(name, []).append(node)


@dataclass
class Scopes:
    """`within`: the scope in which each node is evaluated, by the node's `id()`. `bindings`: those of all scopes."""

    module: Scope
    within: dict[int, Scope] = field(default_factory=dict[int, Scope])
    bindings: list[tuple[str, ast.AST, Scope]] = field(default_factory=list[tuple[str, ast.AST, Scope]])

    def home(self, name: str, at: ast.AST) -> Scope | None:
        """The scope that `name` refers to at this node; None for a built-in."""
        start = scope = self.within.get(id(at), self.module)
        while name not in scope.names or (scope.kind == "class" and scope is not start):
            if scope.parent is None:
                return None
            scope = scope.parent
        return scope

    def at_top(self, node: ast.AST) -> bool:
        """Whether a name node refers to a binding at the top of the module."""
        return isinstance(node, ast.Name) and self.home(node.id, node) is self.module

    def function(self, node: ast.expr) -> "ast.FunctionDef | ast.AsyncFunctionDef | None":
        """The function of this module that an expression names, if only one is possible."""
        if not isinstance(node, ast.Name) or (home := self.home(node.id, node)) is None:
            return None
        found = home.names[node.id]
        return found[0] if len(found) == 1 and isinstance(found[0], FUNCTIONS) else None


def build_scopes(tree: ast.Module) -> Scopes:
    module = Scope("module", tree, None)
    found = Scopes(module)
    for statement in tree.body:
        _visit(statement, module, found)
    return found


def list_bound_names(node: ast.AST) -> Iterator[str]:
    """The names that this node itself binds, by any kind of syntax."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            yield name
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name) | ast.arg(arg=name):
            yield name
        case ast.ImportFrom(module="__future__"):
            return
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.split(".")[0] for alias in aliases)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name
        case ast.MatchMapping(rest=str(name)):
            yield name
        case _:
            return


def _visit(node: ast.AST, scope: Scope, found: Scopes) -> None:
    found.within[id(node)] = scope
    for name in list_bound_names(node):
        _bind(name, node, scope, found)
    match node:
        case ast.Nonlocal(names=names):
            scope.nonlocals.update(names)
        case ast.NamedExpr(target=target, value=value):
            _visit(value, scope, found)
            _visit(target, _leave_comprehensions(scope), found)
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda():
            _enter_function(node, scope, found)
        case ast.ClassDef():
            inner = Scope("class", node, scope)
            _visit_all([*node.decorator_list, *node.bases, *node.keywords], scope, found)
            _visit_all(node.body, inner, found)
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            _enter_comprehension(node, scope, found)
        case _:
            _visit_all(ast.iter_child_nodes(node), scope, found)


def _bind(name: str, node: ast.AST, scope: Scope, found: Scopes) -> None:
    scope.binds(name, node)
    found.bindings.append((name, node, scope))


def _enter_function(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, scope: Scope, found: Scopes) -> None:
    inner = Scope("function", node, scope)
    arguments = node.args
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    outside: list[ast.AST | None] = [*arguments.defaults, *arguments.kw_defaults]
    for argument in named:
        if argument is not None:
            found.within[id(argument)] = inner
            _bind(argument.arg, argument, inner, found)
            outside.append(argument.annotation)
    if isinstance(node, FUNCTIONS):
        outside += [*node.decorator_list, node.returns]
    _visit_all([part for part in outside if part is not None], scope, found)
    _visit_all(node.body if isinstance(node, FUNCTIONS) else [node.body], inner, found)


def _enter_comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, scope: Scope, found: Scopes
) -> None:
    inner = Scope("comprehension", node, scope)
    first, *_ = node.generators
    _visit(first.iter, scope, found)
    for generator in node.generators:
        found.within[id(generator)] = inner
        rest = [generator.target, *generator.ifs] if generator is first else [*ast.iter_child_nodes(generator)]
        _visit_all(rest, inner, found)
    parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
    _visit_all(parts, inner, found)


def _leave_comprehensions(scope: Scope) -> Scope:
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    return scope


def _visit_all(nodes: Iterable[ast.AST], scope: Scope, found: Scopes) -> None:
    for node in nodes:
        _visit(node, scope, found)
