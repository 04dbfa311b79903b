"""The hostile kinds that no test of the factory can see, in the sandbox: nothing is there for them to keep or read."""

import pytest

from local.standins.claude.malicious.hostile import ATTEMPTS, hostile_logic
from tests.sandbox.scene import SPEC, Scene

HONEST = 'async def run(input, tools):\n    return {"note": "fine"}\n'
TOLD = {"output_schema": {"properties": {"note": {"type": "string"}}}, "examples": []}


@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("kind", [1, 2])
def test_a_run_leaves_its_input_to_no_other(scene: Scene, kind: int, attempt: int) -> None:
    assert len(ATTEMPTS[kind]) == 2
    data = {"spec": {**SPEC, **TOLD}, "previous_logic": f"ATTEMPT = {attempt - 1}" if attempt > 1 else None}
    task = scene.task({"logic.py": hostile_logic(kind, data, HONEST)})
    task.run(input={"secret": "first customer"})
    second = task.run(input={"secret": "second customer"})
    assert "first customer" not in str(second)
    if second["status"] == "succeeded":
        assert second["output"] == {"note": "fine"}
