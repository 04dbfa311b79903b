"""An agent's process without its guard: for attacks on the walls behind it, and as the control of attacks on the guard.

No option of the product does this. `unguarded` replaces the guard in the process that a test starts.
"""

import inspect
import sys
from collections.abc import Mapping
from types import CodeType, ModuleType


def unguarded(sources: Mapping[str, CodeType]) -> ModuleType:
    """As `mam_agent.guard.guarded`, with every builtin, every import, and no hook or second filter."""
    modules = {name: ModuleType(name) for name in sources}
    sys.modules.update(modules)
    for name in sorted(sources, reverse=True):
        vars(modules[name])["__file__"] = sources[name].co_filename
        exec(sources[name], vars(modules[name]))
    return modules["agent"]


START = f"""
import runpy
import mam_agent.agent_process
{inspect.getsource(sys.modules[__name__]).split("START =")[0]}
mam_agent.agent_process.guarded = unguarded
runpy.run_module("mam_agent", run_name="__main__", alter_sys=True)
"""
"""For `python -c`: the task's program with an agent's process that has no guard."""
