"""The sandbox test: claims a task of the image, runs the whole plan against it, writes the report and stops the task.

The test world is drawn once per round and stored before the first call, so a retry or a redrive finds the same world.
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.adapters.artifacts import Artifacts
from shared.builds.build import Build, Next
from shared.builds.examination import Examination
from shared.builds.handover import BuildIncomplete
from shared.builds.report import TestReport
from shared.runs.scenery import Scenery
from shared.runs.tasks import (
    CALL_SECONDS,
    START_SECONDS,
    AgentTasks,
    ClaimedTask,
    RunnableAgent,
    TaskBusy,
    TaskGone,
    TaskNotReady,
)
from shared.specs.document import spec_from_yaml
from shared.specs.effects import Effect, EffectResult, Failed, Reply, RunError
from shared.values import Json

MOST_SECONDS = 240.0
"""The limit on the agent's own time. Together with MOST_LOST_SECONDS and one last run it stays within the function's
ten minutes.
"""
MOST_LOST_SECONDS = 240.0
"""The limit on time spent on starting tasks and on calls whose task died. After that, retrying the stage is better."""
MOST_TASKS = 4


@dataclass
class Stand:
    """The agent under test, independent of its tasks. If two tasks die during one call, the agent counts as crashed.

    Time that the platform took (to start a task, or by losing one) counts as `lost`, not as the agent's time.
    """

    tasks: AgentTasks
    agent: RunnableAgent
    stack: ExitStack
    clock: Callable[[], float]
    claims: int = 0
    lost: float = 0.0
    crashed: bool = False
    claimed: ClaimedTask | None = None

    def now(self) -> float:
        """Seconds on a clock that is paused while a task is started or replaced."""
        return self.clock() - self.lost

    def call(
        self,
        run_id: str,
        input: Json,
        results: Sequence[EffectResult] = (),
        *,
        asked: Sequence[Effect] = (),
        seconds: float = CALL_SECONDS,
    ) -> Reply:
        for _ in range(2):
            if self.crashed and self.claimed is None and self.claims >= MOST_TASKS:
                break
            claimed, began = self.claimed or self._claim(), self.clock()
            try:
                return claimed.call(run_id, input, results, asked=asked, seconds=seconds)
            except (TaskGone, TaskBusy):
                self.claimed = None
                self.stack.close()
                self.lost += self.clock() - began
        self.crashed = True
        return Failed(error=RunError(code="agent_crashed", message="the task died while it ran the agent"))

    def _claim(self) -> ClaimedTask:
        """Also raises TaskNotReady if too many tasks were lost although no single call lost two."""
        left = MOST_LOST_SECONDS - self.lost
        if self.claims >= MOST_TASKS or left <= 0:
            raise TaskNotReady(f"{self.claims} tasks and {self.lost:.0f} s were lost, and no one call is to blame")
        self.claims += 1
        began = self.clock()
        self.claimed = self.stack.enter_context(
            self.tasks.claimed(self.agent, keep_warm=False, start_seconds=min(START_SECONDS, left))
        )
        self.lost += self.clock() - began
        return self.claimed


@contextmanager
def raise_stand(tasks: AgentTasks, agent: RunnableAgent, clock: Callable[[], float]) -> Generator[Stand]:
    with ExitStack() as stack:
        yield Stand(tasks, agent, stack, clock)


def examine(
    build: Build,
    *,
    artifacts: Artifacts,
    tasks: AgentTasks,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Build, TestReport]:
    """Raises TaskNotReady if no task comes up (worth a retry), or BuildIncomplete."""
    if build.slug is None or build.spec_key is None or build.image_digest is None:
        raise BuildIncomplete("test_agent needs slug, spec_key and image_digest")
    agent = RunnableAgent(slug=build.slug, version=build.version, image_digest=build.image_digest)
    spec = spec_from_yaml(artifacts.get_text(build.spec_key))
    scenery = draw_scenery(build, artifacts, now())
    with raise_stand(tasks, agent, clock) as under_test:
        ends = under_test.now() + MOST_SECONDS
        examination = Examination(
            spec=spec,
            agent=under_test,
            scenery=scenery,
            left=lambda: ends - under_test.now(),
            clock=under_test.now,
        )
        examination.complete()
    report = examination.report(
        slug=build.slug, version=build.version, round=build.round, image_digest=build.image_digest
    )
    key = artifacts.put_model(f"builds/{build.build_id}/round-{build.round}/report.json", report)
    return build.advance(Next.SCORE_QUALITY, report_key=key), report


def draw_scenery(build: Build, artifacts: Artifacts, now: datetime) -> Scenery:
    """The world of this round. If several callers draw one at once, all of them get the first."""
    drawn = Scenery.drawn(now).model_dump(mode="json")
    stored = artifacts.put_first(f"builds/{build.build_id}/round-{build.round}/world.json", drawn)
    return Scenery.model_validate(stored)
