"""An agent's folder, and calls of it as the supervisor makes them: real processes, filters and the guard."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mam_agent.agent_process import Place
from mam_agent.preload import preload
from mam_agent.supervise import serve_call

FRAME = "import logic\n\nasync def run(input, tools):\n    return await logic.run(input, tools)\n"
ANYTHING = {
    "input_schema": {"type": "object"},
    "output_schema": {"type": "object"},
    "capabilities": {"effects": ["fetch", "now"]},
}


@pytest.fixture
def guarded_call(tmp_path: Path) -> Callable[..., Any]:
    """The reply to one call of an agent with this logic: the body of `run`, or a module that defines it."""
    preload()
    app, scratch = tmp_path / "guarded-app", tmp_path / "guarded-scratch"
    for folder in (app, scratch):
        folder.mkdir()
    (app / "agent.py").write_text(FRAME)
    (app / "spec.json").write_text(json.dumps(ANYTHING))

    def call(logic: str, input: Any = None, seconds: float = 20.0) -> Any:
        if "async def run" not in logic:
            logic = "async def run(input, tools):\n" + "".join(f"    {line}\n" for line in logic.splitlines())
        (app / "logic.py").write_text(logic)
        body = json.dumps({"run_id": "run-1", "input": input or {}}).encode()
        return json.loads(serve_call(body, Place(app, str(scratch), seconds)).body)

    return call
