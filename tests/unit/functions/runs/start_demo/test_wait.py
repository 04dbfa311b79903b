import asyncio

from functions.runs.start_demo.wait import ANSWER_SECONDS, START_SECONDS, wait_for_end
from shared.runs.run import RunState, StoredRun
from tests.fakes.runs import FakeRuns, a_run


class Clock:
    """Sleeping moves it, and lets what was planned happen."""

    def __init__(self, runs: FakeRuns, plan: dict[float, RunState]) -> None:
        self.now = 1000.0
        self.looks = 0
        self._runs, self._plan = runs, dict(plan)

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.looks += 1
        for at, state in list(self._plan.items()):
            if self.now >= 1000 + at:
                self._runs.rows["t"] = self._runs.rows["t"].model_copy(update={"state": state})
                del self._plan[at]


def wait(plan: dict[float, RunState]) -> tuple[StoredRun, float, int]:
    """The demo that is answered, after how long, after how many looks."""
    runs = FakeRuns()
    demo = a_run(run_id="t", created_at=1000.0, queued_at=1000.0)
    runs.create(demo)
    clock = Clock(runs, plan)
    found = asyncio.run(wait_for_end(demo, runs, clock.time, clock.sleep))
    return found, clock.now - 1000, clock.looks


def test_a_demo_that_ends_is_answered_soon_after() -> None:
    demo, waited, _ = wait({0.2: RunState.RUNNING, 1.0: RunState.SUCCEEDED})
    assert demo.state is RunState.SUCCEEDED
    assert waited < 1.6


def test_while_no_task_runs_the_caller_is_let_go_early() -> None:
    demo, waited, _ = wait({0.1: RunState.STARTING})
    assert demo.state is RunState.STARTING
    assert START_SECONDS - 1 < waited <= START_SECONDS


def test_a_run_that_takes_long_is_left_in_time_for_the_gateway() -> None:
    demo, waited, looks = wait({3.0: RunState.RUNNING})
    assert demo.state is RunState.RUNNING
    assert ANSWER_SECONDS - 1 < waited <= ANSWER_SECONDS < 25
    assert looks < 60
