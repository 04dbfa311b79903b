"""Worked examples in the form of this prompt: a spec without its example inputs, and the logic.py that fulfils it."""

import json

from shared.builds.worked_examples import WorkedExample, choose_examples_like, keep_within_size
from shared.specs.spec import AgentSpec

MOST = 2


def write_code_examples(spec: AgentSpec) -> tuple[str, ...]:
    """Examples with the same template and the most similar effects. Specs that agree in both get the same examples."""
    return keep_within_size(map(_write_block, choose_examples_like(spec)), MOST)


def _write_block(example: WorkedExample) -> str:
    spec = json.dumps(example.spec.model_dump(mode="json", exclude={"examples"}), ensure_ascii=False)
    return example.mark(f"spec: {spec}\n\nlogic_py:\n{example.logic_py}")
