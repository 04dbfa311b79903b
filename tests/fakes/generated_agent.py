"""Code that the factory wrote, loaded in this process: for tests of the offline model's own code only, never of a
stranger's.
"""

import sys
from types import ModuleType

from tests.fakes.agent_tasks import AgentFunction


def loaded(agent_py: str, logic_py: str) -> AgentFunction:
    """`run` of the agent, as the task would load it from /app."""
    before = sys.modules.get("logic")
    sys.modules["logic"] = _module("logic", logic_py)
    try:
        return _module("agent", agent_py).run
    finally:
        if before is None:
            del sys.modules["logic"]
        else:
            sys.modules["logic"] = before


def _module(name: str, source: str) -> ModuleType:
    module = ModuleType(name)
    sys.modules.setdefault(name, module)
    exec(compile(source, f"/app/{name}.py", "exec"), module.__dict__)
    if sys.modules.get(name) is module and name != "logic":
        del sys.modules[name]
    return module
