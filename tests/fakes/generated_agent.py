"""Agents that the factory made of the offline model's answers, run in this process.

For the offline model's own code only, never for a stranger's.
"""

import sys
from collections.abc import Callable
from types import ModuleType

from functions.factory.generate_code.frame import render_frame
from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from shared.specs.effects import Effect, EffectResult, Reply, Suspended
from shared.specs.spec import AgentSpec
from shared.values import Json
from tests.fakes.agent_tasks import AgentFunction, InProcessAgent

MOST_ROUNDS = 40


def spec_of(kind: Kind, brief: Brief) -> AgentSpec:
    return assemble(SpecDraft.model_validate(kind.shape(brief).draft(kind.template, brief.topic(), "")))


def agent_of(kind: Kind, brief: Brief) -> tuple[AgentSpec, InProcessAgent]:
    spec = spec_of(kind, brief)
    return spec, in_process(spec, kind.logic(brief))


def in_process(spec: AgentSpec, logic_py: str) -> InProcessAgent:
    return InProcessAgent(spec, loaded(render_frame(spec), logic_py))


def last_reply(agent: InProcessAgent, given: Json, perform: Callable[[Effect], EffectResult]) -> Reply:
    """What a run comes to when every effect it waits for is answered."""
    results: list[EffectResult] = []
    for _ in range(MOST_ROUNDS):
        reply = agent.call("run", given, results)
        if not isinstance(reply, Suspended):
            return reply
        results += [perform(effect) for effect in reply.effects]
    raise AssertionError(f"the run did not end in {MOST_ROUNDS} rounds")


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
