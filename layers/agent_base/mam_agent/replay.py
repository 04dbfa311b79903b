"""Runs an agent from its start until it ends or waits for effects that have no result yet, the same way every time.

The event loop has no clock and no sockets. Whenever nothing in the agent can go on, the waiting effects are answered
together; if one of them has no result, the run is suspended. Time passes only when nothing waits for an effect, and
then at once: `asyncio.sleep` orders things and delays nothing.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from .effects import MAX_AT_ONCE, Call, Json
from .failure_reasons import WAITS_FOR_EVER
from .tools import RunStopped, Tools

Agent = Callable[[Json, Tools], Awaitable[Json]]


def replay(agent: Agent, call: Call, declared: frozenset[str]) -> dict[str, Json]:
    """`{"status": "succeeded" | "suspended" | "failed", …}`; what the agent raises goes through, RunStopped does
    not."""
    tools = Tools(call.results, declared)
    random.seed(call.run_id)
    loop = _ReplayLoop(tools)
    try:
        output = loop.run_until_complete(_run(agent, call.input, tools))
    except _Suspended:
        return {"status": "suspended", "effects": [effect.wire() for effect in tools.unanswered()[:MAX_AT_ONCE]]}
    except RunStopped as stopped:
        return _failed(stopped)
    if tools.stopped is not None:
        return _failed(tools.stopped)
    if tools.unused():
        return _failed(RunStopped("replay_mismatch", f"the agent never asked for effect {tools.unused()[0]}"))
    return {"status": "succeeded", "output": output}


async def _run(agent: Agent, input: Json, tools: Tools) -> Json:
    return await agent(input, tools)


def _failed(stopped: RunStopped) -> dict[str, Json]:
    return {"status": "failed", "error": {"code": stopped.code, "message": stopped.message}}


class _Suspended(BaseException):
    pass


class _Idle:
    """Stands where an event loop has its selector, and is asked only when there is nothing left to do at this
    moment."""

    def __init__(self, loop: "_ReplayLoop", tools: Tools) -> None:
        self._loop = loop
        self._tools = tools

    def select(self, timeout: float | None) -> list[Any]:
        if timeout == 0:
            return []
        if self._tools.stopped is not None:
            raise self._tools.stopped
        if self._tools.waiting():
            if self._tools.unanswered():
                raise _Suspended
            self._tools.answer()
        elif timeout is not None:
            self._loop.skip(timeout)
        else:
            raise RunStopped("agent_error", WAITS_FOR_EVER)
        return []


class _ReplayLoop(asyncio.BaseEventLoop):
    def __init__(self, tools: Tools) -> None:
        super().__init__()
        self._selector = _Idle(self, tools)
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def skip(self, seconds: float) -> None:
        self._now += seconds

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Exceptions that nobody awaits are nobody's business; the default would quote source files in a log."""

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # noqa: ARG002
        raise RuntimeError("an agent has no threads")

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        pass
