"""Annotations and type aliases: Python evaluates them, so they may only name types."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program

TYPE_NODES = (
    ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.expr_context,
)  # fmt: skip


def check_annotations(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        for annotation in _list_annotations(node):
            odd = [part for part in ast.walk(annotation) if not isinstance(part, TYPE_NODES)]
            if odd:
                yield annotation.lineno, "an annotation names types only"


def is_in_type(node: ast.AST, program: Program) -> bool:
    """Whether the node is part of an annotation, of the value of a type alias (`Rows = list[Row]`), or of the type
    given to `cast`.
    """
    while isinstance(node, TYPE_NODES):
        parent = program.code.parent(node)
        if any(annotation is node for annotation in _list_annotations(parent)):
            return True
        if isinstance(parent, ast.Call):
            return program.origin(parent.func) == "typing.cast" and parent.args[:1] == [node]
        if isinstance(parent, ast.Assign | ast.AnnAssign):
            composed = isinstance(node, ast.Subscript | ast.BinOp)
            return composed and parent.value is node and program.code.parent(parent) is program.code.tree
        if isinstance(parent, ast.Subscript) and not isinstance(parent.ctx, ast.Load):
            return False
        node = parent
    return False


def _list_annotations(node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
            return [] if annotation is None else [annotation]
        case ast.FunctionDef(returns=returns) | ast.AsyncFunctionDef(returns=returns):
            return [] if returns is None else [returns]
        case _:
            return []
