"""A kind of logic: when an opportunity calls for it, the spec it makes, and the real code that does the job."""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape

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
    """One entry a line where a value has many, so that the code can be read."""
    line = f"{name} = {value!r}"
    if len(line) <= 120 or not isinstance(value, dict | tuple | list):
        return [line]
    opening, closing = {dict: "{}", tuple: "()", list: "[]"}[type(value)]
    entries = (
        [f"{key!r}: {entry!r}" for key, entry in value.items()] if isinstance(value, dict) else [repr(v) for v in value]
    )
    return [f"{name} = {opening}", *[f"    {entry}," for entry in entries], closing]


def flavour_of(brief: Brief, flavours: Mapping[str, Mapping[str, Json]], otherwise: str) -> str:
    """The flavour of a kind whose `signals` the opportunity's words give most weight; `otherwise` if none has any."""
    return max(flavours, key=lambda name: (brief.weight(flavours[name]["signals"]), name == otherwise))


def stems(*words: str) -> tuple[str, ...]:
    """Words cut to how they begin, so that `payments` finds `paying`; distinct, in order."""
    cut = [re.sub(r"(ations|ation|ings|ing|ments|ment|ies|es|ed|er|s|y|e)$", "", word) for word in words]
    return tuple(dict.fromkeys(word if len(word) >= 4 else original for word, original in zip(cut, words, strict=True)))


def signals(words: str) -> dict[str, float]:
    """`price:3 list!:1 cash_flow:2` → weights of beginnings of words, of whole words (`!`), of words in a row (`_`)."""
    pairs = (pair.rsplit(":", 1) for pair in words.split())
    return {word: float(weight) for word, weight in pairs}
