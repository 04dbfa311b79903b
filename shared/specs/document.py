"""The AgentSpec as a YAML document, the form that is stored and that people read."""

from typing import Any

import yaml

from shared.specs.spec import AgentSpec


class _Dumper(yaml.SafeDumper):
    """Never writes anchors: a reader should not have to look up `*id001`."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base class's signature
        return True


def write_spec(spec: AgentSpec) -> str:
    document = spec.model_dump(mode="json")
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)  # pyright: ignore[reportUnknownMemberType]


def spec_from_yaml(text: str) -> AgentSpec:
    """Read a stored spec. Raises pydantic's ValidationError or yaml.YAMLError if the factory did not write the
    document.
    """
    return AgentSpec.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
