"""A module under review: its nodes, its scopes, and what its names stand for."""

import ast
from dataclasses import dataclass
from functools import cached_property

from shared.builds.code_gate.scopes import FUNCTIONS, Scope, Scopes, build_scopes, list_bound_names
from shared.builds.code_gate.source import Module
from shared.builds.code_gate.vocabulary import CLASSES, FORBIDDEN_ATTRIBUTE_PREFIXES, FORBIDDEN_ATTRIBUTES, MODULES

OPERATORS = frozenset({"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__sub__"})

Finding = tuple[int, str]
"""A line, and what is wrong there and how to write it instead."""


@dataclass(frozen=True)
class Program:
    code: Module
    scopes: Scopes

    @staticmethod
    def of(code: Module) -> "Program":
        return Program(code, build_scopes(code.tree))

    @cached_property
    def imports(self) -> dict[str, str]:
        """Each imported name with the full name of its origin, such as `json` or `json.loads`."""
        found: dict[str, str] = {}
        for node in self.code.tree.body:
            if isinstance(node, ast.Import):
                found |= {alias.asname or alias.name: alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module != "__future__":
                found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @cached_property
    def classes(self) -> dict[str, ast.ClassDef]:
        return {node.name: node for node in self.code.tree.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def constants(self) -> dict[str, ast.expr]:
        """Names assigned at the top of the module, each with the assigned expression."""
        found: dict[str, ast.expr] = {}
        for statement in self.code.tree.body:
            if isinstance(statement, ast.Assign):
                nodes = [node for target in statement.targets for node in ast.walk(target)]
                found |= {name: statement.value for node in nodes for name in list_bound_names(node)}
            elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
                found |= dict.fromkeys(list_bound_names(statement.target), statement.value)
        return found

    @cached_property
    def own_members(self) -> frozenset[str]:
        """Fields and methods of the module's classes, including fields created only by `self.x = …`."""
        named = {name for one in self.classes.values() for name in self.members_of(one)}
        return frozenset(name for name in named if not name.startswith("__") and may_name_member(name))

    @cached_property
    def own_fields(self) -> frozenset[str]:
        """The members that may be assigned on an instance: all but methods."""
        methods = {n.name for one in self.classes.values() for n in one.body if isinstance(n, FUNCTIONS)}
        return self.own_members - methods

    def members_of(self, one: ast.ClassDef) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(one):
            if isinstance(node, FUNCTIONS) and self.code.parent(node) is one:
                found.add(node.name)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and self._in_body(node, one):
                found.add(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and self.is_self(node.value):
                found.add(node.attr)
        return found

    def origin(self, node: ast.AST) -> str | None:
        """`json`, `json.loads`, or `own.Row` for a class of the module; None for everything else."""
        if isinstance(node, ast.Attribute):
            module = self.origin(node.value)
            return f"{module}.{node.attr}" if module in MODULES else None
        if not isinstance(node, ast.Name) or not self.scopes.at_top(node):
            return None
        return self.imports.get(node.id) or (f"own.{node.id}" if node.id in self.classes else None)

    def is_class(self, node: ast.AST) -> bool:
        origin = self.origin(node)
        return origin is not None and (origin in CLASSES or origin.startswith("own."))

    def is_builtin(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and self.scopes.home(node.id, node) is None

    def is_self(self, node: ast.AST) -> bool:
        """Whether this is certainly an instance: a method's first parameter, or any parameter of an operator method."""
        if not isinstance(node, ast.Name) or (home := self.scopes.home(node.id, node)) is None:
            return False
        method = home.node
        if not isinstance(method, FUNCTIONS) or not self.is_method(method) or len(home.names[node.id]) != 1:
            return False
        names = [argument.arg for argument in [*method.args.posonlyargs, *method.args.args]]
        instances = names if method.name in OPERATORS else names[:1]
        return node.id in instances and not self.is_decorated(method, "staticmethod", "classmethod")

    def is_class_argument(self, node: ast.AST) -> bool:
        """Whether this is the `cls` of a class method."""
        if not isinstance(node, ast.Name) or (home := self.scopes.home(node.id, node)) is None:
            return False
        method = home.node
        if not isinstance(method, FUNCTIONS) or not self.is_decorated(method, "classmethod"):
            return False
        return node.id in [argument.arg for argument in method.args.args[:1]]

    def is_method(self, node: ast.AST) -> bool:
        return isinstance(self.code.parent(node), ast.ClassDef)

    def is_decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef, *names: str) -> bool:
        return any(isinstance(one, ast.Name) and one.id in names for one in node.decorator_list)

    def scope(self, node: ast.AST) -> Scope:
        return self.scopes.within.get(id(node), self.scopes.module)

    def _in_body(self, node: ast.AST, one: ast.ClassDef) -> bool:
        return self.scope(node).node is one


def may_name_member(name: str) -> bool:
    plain = name.removeprefix("_")
    return plain not in FORBIDDEN_ATTRIBUTES and not plain.startswith(FORBIDDEN_ATTRIBUTE_PREFIXES)


def find_root(node: ast.AST) -> ast.AST:
    """`a` of `a.b[c].d`."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return node
