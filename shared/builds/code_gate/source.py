"""The text of generated code, before anyone looks at its meaning: size, characters, and whether it parses at all."""

import ast
import re
import unicodedata
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 20_000
MOST_LINES = 400
LONGEST_LINE = 400
DEEPEST = 60
MOST_NODES = 12_000
ENCODING_COOKIE = re.compile(r"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)
UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}


@dataclass(frozen=True)
class Module:
    """A parsed module and all of its nodes, so that every rule does not walk the tree again."""

    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    parents: dict[int, ast.AST]
    """The parent of each node, by the `id()` of the node."""

    def parent(self, node: ast.AST) -> ast.AST:
        return self.parents.get(id(node), self.tree)


class CodeRefused(Exception):
    def __init__(self, *findings: str):
        super().__init__("; ".join(findings))
        self.findings = list(findings)


def parse_source(source: str) -> Module:
    """Parse the text, which comes from a model. Raises CodeRefused, and never anything else."""
    _check_size(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source, filename="logic.py", feature_version=(3, 11))
    except SyntaxError as error:
        raise CodeRefused(f"line {error.lineno or 1}: does not parse: {error.msg}") from error
    except (RecursionError, MemoryError, ValueError, OverflowError) as error:
        raise CodeRefused(
            f"does not parse: {type(error).__name__}; it is nested too deeply or holds an absurd value"
        ) from error
    nodes = tuple(_list_nodes(tree))
    return Module(tree, nodes, {id(child): node for node in nodes for child in ast.iter_child_nodes(node)})


def check_source_text(source: str) -> Iterator[tuple[int, str]]:
    """Characters that an interpreter or a reader might see differently from this gate."""
    lines = source.split("\n")
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            yield number, f"is {len(line)} characters long; at most {LONGEST_LINE}"
        if any(unicodedata.category(character) in UNSEEN and character != "\t" for character in line):
            yield number, "has control or invisible characters"
    if ENCODING_COOKIE.search("\n".join(lines[:2])):
        yield 1, "declares an encoding; source is UTF-8 and says nothing about it"


def _check_size(source: str) -> None:
    try:
        size = len(source.encode("utf-8"))
    except UnicodeEncodeError:
        raise CodeRefused("holds characters that no file can hold") from None
    lines = source.count("\n") + 1
    if size > MOST_BYTES:
        raise CodeRefused(f"is {size} bytes; at most {MOST_BYTES}")
    if lines > MOST_LINES:
        raise CodeRefused(f"has {lines} lines; at most {MOST_LINES}")


def _list_nodes(tree: ast.Module) -> list[ast.AST]:
    """All nodes, collected with an explicit stack. Their depth and number are limited, so that later passes and other
    tools may recurse.
    """
    stack: list[tuple[ast.AST, int]] = [(tree, 0)]
    found: list[ast.AST] = []
    while stack:
        node, depth = stack.pop()
        found.append(node)
        if depth > DEEPEST:
            raise CodeRefused(f"line {getattr(node, 'lineno', 1)}: is nested more than {DEEPEST} levels deep")
        if len(found) > MOST_NODES:
            raise CodeRefused("is too large to review")
        stack.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return found
