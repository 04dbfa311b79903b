"""The resources of a synthesized deployment, as far as their cost is in the templates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast


@dataclass(frozen=True)
class Resource:
    """`template` is the whole that it is part of: what it refers to is there."""

    stack: str
    name: str
    kind: str
    properties: dict[str, Any]
    template: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} of {self.stack}"

    def text(self, value: object) -> str | None:
        """A property that is a text, or a reference to a parameter: then what the parameter is without an operator."""
        match value:
            case {"Ref": str() as parameter}:
                return cast("str | None", self.template.get("Parameters", {}).get(parameter, {}).get("Default"))
            case str():
                return value
            case _:
                return None

    def target(self, value: object) -> "Resource | None":
        """The resource of the same template that an ARN belongs to."""
        match value:
            case {"Fn::GetAtt": [str() as name, "Arn"]} | {"Ref": str() as name} if name in self.template["Resources"]:
                return _resource(self.stack, name, self.template)
            case _:
                return None


def resources(assembly: Path) -> Iterator[Resource]:
    for file in sorted(assembly.glob("*.template.json")):
        template = json.loads(file.read_text())
        for name in template["Resources"]:
            yield _resource(file.name.removesuffix(".template.json"), name, template)


def _resource(stack: str, name: str, template: dict[str, Any]) -> Resource:
    raw = template["Resources"][name]
    return Resource(stack, name, raw["Type"], raw.get("Properties", {}), template)
