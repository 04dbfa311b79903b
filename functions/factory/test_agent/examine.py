"""The sandbox test: claim a task of the image, run the whole plan against it, write the report, stop the task."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts
from shared.builds.build import Build, Next
from shared.builds.examination import Examination
from shared.builds.handover import BuildIncomplete
from shared.builds.report import TestReport
from shared.runs.tasks import CALL_SECONDS, AgentTasks, ClaimedTask, RunnableAgent, TaskBusy, TaskGone
from shared.specs.document import spec_from_yaml
from shared.specs.effects import Effect, EffectResult, Failed, Reply, RunError
from shared.values import Json

MOST_SECONDS = 240.0
MOST_TASKS = 4


@dataclass
class Stand:
    """The agent under test, whatever happens to its tasks: a call during which two of them died is a crashed agent."""

    tasks: AgentTasks
    agent: RunnableAgent
    stack: ExitStack
    claims: int = 0
    claimed: ClaimedTask | None = None

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
            if self.claimed is None:
                if self.claims >= MOST_TASKS:
                    break
                self.claims += 1
                self.claimed = self.stack.enter_context(self.tasks.claimed(self.agent, keep_warm=False))
            try:
                return self.claimed.call(run_id, input, results, asked=asked, seconds=seconds)
            except (TaskGone, TaskBusy):
                self.claimed = None
                self.stack.close()
        return Failed(error=RunError(code="agent_crashed", message="the task died while it ran the agent"))


@contextmanager
def stand(tasks: AgentTasks, agent: RunnableAgent) -> Generator[Stand]:
    with ExitStack() as stack:
        yield Stand(tasks, agent, stack)


def examine(
    build: Build,
    *,
    artifacts: Artifacts,
    tasks: AgentTasks,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Build, TestReport]:
    """Raises TaskNotReady if no task comes up (worth a retry) and BuildIncomplete."""
    if build.slug is None or build.spec_key is None or build.image_digest is None:
        raise BuildIncomplete("test_agent needs slug, spec_key and image_digest")
    ends = clock() + MOST_SECONDS
    agent = RunnableAgent(slug=build.slug, version=build.version, image_digest=build.image_digest)
    spec = spec_from_yaml(artifacts.get_text(build.spec_key))
    with stand(tasks, agent) as under_test:
        examination = Examination(
            spec=spec,
            agent=under_test,
            salt=f"{build.build_id}/{build.image_digest}",
            trace=f"{build.build_id}:{build.round}",
            left=lambda: ends - clock(),
            clock=clock,
        )
        examination.complete()
    report = examination.report(
        slug=build.slug, version=build.version, round=build.round, image_digest=build.image_digest
    )
    key = artifacts.put_model(f"builds/{build.build_id}/round-{build.round}/report.json", report)
    return build.advance(Next.SCORE_QUALITY, report_key=key), report
