"""A kind of logic: when an opportunity calls for it, the spec it makes, and the real code that does the job."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pprint import pformat

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.computed import COMPUTED
from local.standins.claude.kinds.data import Flavour, KindData
from local.standins.claude.kinds.drafting import Shape, shape_of
from local.standins.claude.kinds.filling import fill
from local.standins.claude.kinds.fit import fits
from shared.values import Json


@dataclass(frozen=True, eq=False)
class Kind:
    """What its folder says, and the module `source` whose upper-case constants take the opportunity's words."""

    data: KindData
    flavours: Mapping[str, Flavour]
    otherwise: str
    source: str

    @property
    def name(self) -> str:
        return self.data.name

    @property
    def template(self) -> str:
        return self.data.template.value

    @property
    def marker(self) -> str:
        return self.data.marker

    @property
    def signals(self) -> dict[str, float]:
        return self.data.signals

    @property
    def uses(self) -> tuple[str, ...]:
        return self.data.uses

    def flavour(self, brief: Brief) -> str:
        """The flavour that most problems ask for; among equals the one whose `signals` weigh most, else `otherwise`."""

        def rank(name: str) -> tuple[float, float, bool]:
            flavour = self.flavours[name]
            return brief.support(flavour.asked_for), brief.weight(flavour.signals), name == self.otherwise

        named = max(self.flavours, key=rank)
        unfit = self.data.flavour_must_fit and not fits(brief, self.flavours[named].asked_for)
        return self.otherwise if unfit else named

    def shape(self, brief: Brief) -> Shape:
        name = self.flavour(brief)
        return shape_of(self.data, self.flavours[name], brief, self.values(brief, name))

    def values(self, brief: Brief, flavour: str) -> dict[str, Json]:
        """What the places in its texts are filled with."""
        said: dict[str, Json] = {
            "subject": brief.subject,
            "keywords": brief.keywords,
            "keyword": next(iter(brief.keywords), ""),
            "flavour": flavour,
            **self.flavours[flavour].words,
        }
        own = {name: fill(one.given, said, f"values.{name}") or one.otherwise for name, one in self.data.values.items()}
        return {**said, **own}

    def parameters(self, brief: Brief) -> dict[str, Json]:
        """The values of the logic's constants; lists as tuples, since no constant changes."""
        filled = fill(self.data.parameters, self.values(brief, self.flavour(brief)), "parameters")
        computed = {name: COMPUTED[one.by](brief, one.given) for name, one in self.data.computed.items()}
        return {name: _unchanging(value) for name, value in (filled | computed).items()}

    def logic(self, brief: Brief) -> str:
        """The module with its constants set. Values enter as literals, only where a constant of that name stands."""
        source = self.source
        for name, value in self.parameters(brief).items():
            source = _with_constant(source, name, value)
        ast.parse(source)
        return source


def _unchanging(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _unchanging(part) for key, part in value.items()}
    return tuple(map(_unchanging, value)) if isinstance(value, list | tuple) else value


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
    if len(line) <= 120 or not isinstance(value, dict | tuple):
        return [line]
    return f"{name} = {pformat(value, width=110, compact=True, sort_dicts=False)}".split("\n")
