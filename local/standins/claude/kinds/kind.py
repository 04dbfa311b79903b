"""A kind of logic: when an opportunity calls for it, the spec it makes, and the real code that does the job."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pprint import pformat
from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape
from local.standins.claude.kinds.fit import signals_of

Json = Any
SOURCES = Path(__file__).with_name("logic")


@dataclass(frozen=True)
class Kind:
    """`signals`: beginnings of words and how strongly they ask for this kind. `marker`: an output field that no other kind has.
    `uses`: situations in which somebody would start an agent of this kind, whatever its opportunity.

    `parameters` gives the values of the upper-case constants at the top of `logic/<name>.py`, from the opportunity's words.
    """

    name: str
    template: str
    marker: str
    signals: dict[str, float]
    uses: tuple[str, ...]
    shape: Callable[[Brief], Shape]
    parameters: Callable[[Brief], dict[str, Json]]

    def logic(self, brief: Brief) -> str:
        """The module with its constants set. Values enter as literals, and only where a constant of that name stands."""
        source = (SOURCES / f"{self.name}.py").read_text(encoding="utf-8")
        for name, value in self.parameters(brief).items():
            source = _with_constant(source, name, value)
        ast.parse(source)
        return source


def _with_constant(source: str, name: str, value: Json) -> str:
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == name:
            lines = source.split("\n")
            assert node.end_lineno is not None
            return "\n".join([*lines[: node.lineno - 1], *_assignment(name, value), *lines[node.end_lineno :]])
    raise LookupError(f"the logic has no constant {name}")


def _assignment(name: str, value: Json) -> list[str]:
    """Lines of a length that can be read, and that the gate lets pass."""
    line = f"{name} = {value!r}"
    if len(line) <= 120 or not isinstance(value, dict | tuple | list):
        return [line]
    return f"{name} = {pformat(value, width=110, compact=True, sort_dicts=False)}".split("\n")


def flavour_of(brief: Brief, flavours: Mapping[str, Mapping[str, Json]], otherwise: str) -> str:
    """The flavour that most problems speak of; among equals the one whose `signals` weigh most, else `otherwise`."""

    def rank(name: str) -> tuple[float, float, bool]:
        flavour = flavours[name]
        return brief.support(signals_of(flavour["name"])), brief.weight(flavour["signals"]), name == otherwise

    return max(flavours, key=rank)


def stems(*words: str) -> tuple[str, ...]:
    """Words cut to how they begin, so that `payments` finds `paying`; distinct, in order."""
    cut = [re.sub(r"(ations|ation|ings|ing|ments|ment|ies|es|ed|er|s|y|e)$", "", word) for word in words]
    return tuple(dict.fromkeys(word if len(word) >= 4 else original for word, original in zip(cut, words, strict=True)))


def signals(words: str) -> dict[str, float]:
    """`price:3 list!:1 cash_flow:2` → weights of beginnings of words, of whole words (`!`), of words in a row (`_`)."""
    pairs = (pair.rsplit(":", 1) for pair in words.split())
    return {word: float(weight) for word, weight in pairs}
