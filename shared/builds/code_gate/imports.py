"""Imports: at the top of the module, from the vocabulary."""

import ast
from collections.abc import Iterator

from shared.builds.code_gate.program import Finding, Program
from shared.builds.code_gate.vocabulary import MODULES


def check_imports(program: Program) -> Iterator[Finding]:
    for node in program.code.nodes:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if program.code.parent(node) is not program.code.tree:
            yield node.lineno, "imports stand at the top of the module, outside of everything else"
        yield from _check_module(node) if isinstance(node, ast.Import) else _names(node)


def _check_module(node: ast.Import) -> Iterator[Finding]:
    for alias in node.names:
        if alias.name not in MODULES:
            yield node.lineno, f"the module {alias.name!r} may not be imported"
        elif "." in alias.name or alias.name == "mam_agent":
            yield node.lineno, f"import names from it (`from {alias.name} import …`)"


def _names(node: ast.ImportFrom) -> Iterator[Finding]:
    if node.module == "__future__" and [alias.name for alias in node.names] == ["annotations"]:
        return
    allowed = MODULES.get(node.module or "")
    if node.level or allowed is None:
        yield node.lineno, f"the module {'.' * node.level + (node.module or '')!r} may not be imported"
        return
    for alias in node.names:
        if alias.name not in allowed:
            yield node.lineno, f"{alias.name!r} may not be imported from {node.module!r}"
    if node.module == "asyncio":
        yield node.lineno, "write `import asyncio` and `await asyncio.gather(…)`"
