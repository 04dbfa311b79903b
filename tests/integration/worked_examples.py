"""The worked examples of the factory's prompts, as the offline model's kinds make them of their opportunities.

`python -m tests.integration.worked_examples` writes them anew after a kind has changed.
"""

import subprocess
import sys
from pathlib import Path

from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS
from shared.builds.worked_examples import read_opportunity
from shared.specs.document import write_spec
from shared.specs.spec import AgentSpec

FOLDER = Path(__file__).parents[2] / "shared/prompts/examples"


def made_spec(kind: Kind) -> AgentSpec:
    """Named for what it does: the marketplace tells agents of a kind apart by their topic, an example needs none."""
    shape = kind.shape(_brief(kind))
    draft = shape.draft(kind.template, "", "")
    return assemble(SpecDraft.model_validate({**draft, "name": shape.name, "slug": ""}))


def made_logic(kind: Kind) -> str:
    return kind.logic(_brief(kind))


def _brief(kind: Kind) -> Brief:
    return Brief(read_opportunity(kind.name))


def write() -> None:
    for kind in KINDS:
        spec, logic_py = made_spec(kind), made_logic(kind)
        (FOLDER / kind.name / "spec.yaml").write_text(write_spec(spec), encoding="utf-8")
        (FOLDER / kind.name / "logic.py").write_text(logic_py, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", str(FOLDER)], check=True)


if __name__ == "__main__":
    write()
