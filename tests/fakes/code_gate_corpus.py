"""The modules of tests/data/code_gate: agents that the static gate lets pass, and attacks that it refuses."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.specs.effects import EffectKind
from shared.specs.spec import AgentSpec, Budgets, Capabilities, Template
from tests.fakes.agent_specs import a_spec

FOLDER = Path(__file__).parents[1] / "data" / "code_gate"
MARK = "=== "


@dataclass(frozen=True)
class Sample:
    """`runs`: where no gate stands, `run` gives something that is not empty, so the attack gets what it is after."""

    name: str
    spec: AgentSpec
    source: str
    runs: bool


def samples(folder: str) -> dict[str, Sample]:
    found = [sample for file in sorted((FOLDER / folder).glob("*.txt")) for sample in _of(file.read_text())]
    assert len({sample.name for sample in found}) == len(found), "two samples have the same name"
    return {sample.name: sample for sample in found}


def _of(text: str) -> Iterator[Sample]:
    for part in f"\n{text}".split(f"\n{MARK}")[1:]:
        head, _, source = part.partition("\n")
        name, template, effects, *more = (word.strip() for word in head.split("|"))
        asked = tuple(EffectKind(effect) for effect in effects.split(",") if effect)
        spec = a_spec(template=Template(template), capabilities=Capabilities(effects=asked, budgets=Budgets()))
        yield Sample(name, spec, source.strip("\n") + "\n", more == ["runs"])
