"""Which third-party packages a function may load while it runs, read off the sources: what the modules of its handler
import, and what is behind the providers of shared/runtime/wiring that they call.
"""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra_cdk.app import ROOT

OURS = {"functions", "shared"}
WIRING = ROOT / "shared" / "runtime" / "wiring"


def third_party(folder: str) -> set[str]:
    """Top-level names of packages, for a function folder."""
    found: set[str] = set()
    for file in (ROOT / "functions" / folder).rglob("*.py"):
        found |= _behind(file)
    return {name for name in found if name not in OURS and name not in sys.stdlib_module_names}


def adapters(folder: str) -> set[str]:
    """Modules of shared.adapters that the providers import which the function's own modules call."""
    called = {
        provider
        for file in (ROOT / "functions" / folder).rglob("*.py")
        for provider in _providers_called(ast.parse(file.read_text(encoding="utf-8")))
    }
    return {module for provider in called for module in _adapters_of(*provider)}


@cache
def _adapters_of(domain: str, name: str) -> frozenset[str]:
    found: set[str] = set()
    for node in _provider(domain, name):
        imported = {each.module or "" for each in ast.walk(node) if isinstance(each, ast.ImportFrom)}
        found |= {module for module in imported if module.startswith("shared.adapters.")}
        for called in _calls(node, domain) - {(domain, name)}:
            found |= _adapters_of(*called)
    return frozenset(found)


@cache
def _behind(file: Path) -> frozenset[str]:
    """Packages that a module of ours leads to; wiring leads only to the providers that the module calls."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for module in _imports(tree):
        found |= _behind_module(module)
    for domain, provider in _providers_called(tree):
        found |= _behind_provider(domain, provider)
    return frozenset(found)


_BEING_READ: set[Path] = set()


def _behind_module(module: str) -> frozenset[str]:
    top = module.partition(".")[0]
    if top not in OURS:
        return frozenset({top})
    file = ROOT / (module.replace(".", "/") + ".py")
    if file.parent == WIRING or not file.is_file() or file in _BEING_READ:
        return frozenset()
    _BEING_READ.add(file)
    try:
        return _behind(file)
    finally:
        _BEING_READ.discard(file)


@cache
def _behind_provider(domain: str, name: str) -> frozenset[str]:
    found: set[str] = set()
    for node in _provider(domain, name):
        for module in _imports(node):
            found |= _behind_module(module)
        for called in _calls(node, domain) - {(domain, name)}:
            found |= _behind_provider(*called)
    return frozenset(found)


def _provider(domain: str, name: str) -> list[ast.FunctionDef]:
    """The provider of this name; none if it is something else that a provider calls."""
    body = ast.parse((WIRING / f"{domain}.py").read_text(encoding="utf-8")).body
    return [node for node in body if isinstance(node, ast.FunctionDef) and node.name == name]


def _calls(provider: ast.FunctionDef, domain: str) -> set[tuple[str, str]]:
    """Which providers a provider names: of its own module by name, of another one by module and name."""
    found: set[tuple[str, str]] = set()
    for node in ast.walk(provider):
        if isinstance(node, ast.Name):
            found.add((domain, node.id))  # called, or handed to who calls it
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            called_module = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if (WIRING / f"{called_module}.py").is_file():
                found.add((called_module, node.func.attr))
    return found


def _imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in the source, but for what only the type checker sees."""
    for node in _run(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module.startswith("shared"))


def _run(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        yield node
        yield from _run(node)


def _providers_called(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Attribute):
            continue
        if isinstance(node.value.value, ast.Name) and node.value.value.id == "wiring":
            yield node.value.attr, node.attr
