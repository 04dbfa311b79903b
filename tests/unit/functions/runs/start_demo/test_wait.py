import asyncio

from functions.runs.start_demo.wait import ANSWER_SECONDS, START_SECONDS, wait_for_end
from shared.runs.demo import Demo, DemoState
from tests.fakes.agent_specs import a_spec
from tests.fakes.demos import FakeDemos
from tests.fakes.marketplace import DIGEST


class Clock:
    """Sleeping moves it, and lets what was planned happen."""

    def __init__(self, demos: FakeDemos, plan: dict[float, DemoState]) -> None:
        self.now = 1000.0
        self.looks = 0
        self._demos, self._plan = demos, dict(plan)

    def time(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.looks += 1
        for at, state in list(self._plan.items()):
            if self.now >= 1000 + at:
                self._demos.rows["t"] = self._demos.rows["t"].model_copy(update={"state": state})
                del self._plan[at]


def wait(plan: dict[float, DemoState]) -> tuple[Demo, float, int]:
    """The demo that is answered, after how long, after how many looks."""
    demos = FakeDemos()
    demo = Demo(
        token="t",
        slug="price-watch",
        version=1,
        image_digest=DIGEST,
        capabilities=a_spec().capabilities,
        input={},
        address="203.0.113.9",
        request_id="r",
        created_at=1000.0,
        queued_at=1000.0,
    )
    demos.create(demo)
    clock = Clock(demos, plan)
    found = asyncio.run(wait_for_end(demo, demos, clock.time, clock.sleep))
    return found, clock.now - 1000, clock.looks


def test_a_demo_that_ends_is_answered_soon_after() -> None:
    demo, waited, _ = wait({0.2: DemoState.RUNNING, 1.0: DemoState.SUCCEEDED})
    assert demo.state is DemoState.SUCCEEDED
    assert waited < 1.6


def test_while_no_task_runs_the_caller_is_let_go_early() -> None:
    demo, waited, _ = wait({0.1: DemoState.STARTING})
    assert demo.state is DemoState.STARTING
    assert START_SECONDS - 1 < waited <= START_SECONDS


def test_a_run_that_takes_long_is_left_in_time_for_the_gateway() -> None:
    demo, waited, looks = wait({3.0: DemoState.RUNNING})
    assert demo.state is DemoState.RUNNING
    assert ANSWER_SECONDS - 1 < waited <= ANSWER_SECONDS < 25
    assert looks < 60
