"""Tasks without containers: an agent function driven in this process by the SDK's own replay and checks."""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from mam_agent.contract import Contract
from mam_agent.effects import read_call
from mam_agent.replay import replay

from shared.runs.call_bodies import read_reply, write_results
from shared.runs.tasks import RunnableAgent, TaskGone
from shared.specs.effects import Effect, EffectResult, Failed, Reply, RunError
from shared.specs.spec import AgentSpec
from shared.values import Json

AgentFunction = Callable[[dict[str, Any], Any], Awaitable[Any]]


class InProcessAgent:
    """Answers calls as a task of the spec's image with this function as its code would."""

    def __init__(self, spec: AgentSpec, function: AgentFunction) -> None:
        self.calls = 0
        self._function = function
        self._contract = Contract(
            input_schema=spec.input_schema,
            output_schema=spec.output_schema,
            effects=frozenset(kind.value for kind in spec.capabilities.effects),
        )

    def call(
        self,
        run_id: str,
        input: Json,
        results: Sequence[EffectResult] = (),
        *,
        asked: Sequence[Effect] = (),
        seconds: float = 15.0,
    ) -> Reply:
        self.calls += 1
        wrong = self._contract.input_error(input)
        if wrong is not None:
            return _failed("invalid_input", wrong.message, wrong.field)
        body = {"run_id": run_id, "input": input, "results": write_results(results, asked)}
        try:
            said = replay(self._function, read_call(json.dumps(body).encode()), self._contract.effects)
        except Exception as error:
            return _failed("agent_error", type(error).__name__)
        if said["status"] == "succeeded":
            misfit = self._contract.output_error(said["output"])
            if misfit is not None:
                return _failed("invalid_output", misfit.message, misfit.field)
        return read_reply(json.dumps(said).encode())


class FakeAgentTasks:
    """`AgentTasks.claimed` around any agent; `dies_at` numbers the calls (from 1) that kill the task.

    `starting` is called at each claim: it may take its time on the test's clock, or raise what the platform raises.
    """

    def __init__(
        self, agent: Any, dies_at: Sequence[int] = (), starting: Callable[[int], None] = lambda claim: None
    ) -> None:
        self.agent = agent
        self.dies_at = set(dies_at)
        self.starting = starting
        self.started: list[RunnableAgent] = []
        self.stopped = 0
        self.calls = 0

    @contextmanager
    def claimed(self, agent: RunnableAgent, *, keep_warm: bool = True, start_seconds: float = 150.0) -> Iterator[Any]:
        self.started.append(agent)
        self.starting(len(self.started))
        try:
            yield self
        finally:
            self.stopped += 1

    def call(
        self,
        run_id: str,
        input: Json,
        results: Sequence[EffectResult] = (),
        *,
        asked: Sequence[Effect] = (),
        seconds: float = 15.0,
    ) -> Reply:
        self.calls += 1
        if self.calls in self.dies_at:
            raise TaskGone("the task stopped")
        return self.agent.call(run_id, input, results, asked=asked, seconds=seconds)


def _failed(code: str, message: str, field: str | None = None) -> Failed:
    return Failed(error=RunError(code=code, message=message, field=field))
