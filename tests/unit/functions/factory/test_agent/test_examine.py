"""Whatever becomes of the task, the stage ends with a report or a reason to try again, and no task is left running."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from functions.factory.test_agent.examine import MOST_SECONDS, MOST_TASKS, examine
from shared.builds.build import Build, Next
from shared.builds.handover import BuildIncomplete
from shared.builds.report import FindingKind, TestReport
from shared.runs.scenery import Scenery
from shared.runs.tasks import TaskNotReady, TaskRefused
from shared.specs.document import write_spec
from shared.specs.effects import Failed, Reply, RunError, Succeeded
from shared.values import Json
from tests.fakes.agent_specs import a_build, a_spec, good_agent
from tests.fakes.agent_tasks import FakeAgentTasks, InProcessAgent
from tests.fakes.artifacts import FakeArtifacts


def reported(tasks: FakeAgentTasks, clock: Any = lambda: 0.0) -> tuple[Build, TestReport]:
    artifacts = FakeArtifacts()
    key = artifacts.put_text("spec.yaml", write_spec(a_spec()))
    build = a_build(spec_key=key, image_digest="sha256:1", next=Next.TEST_AGENT)
    done, report = examine(build, artifacts=artifacts, tasks=tasks, clock=clock)  # type: ignore[arg-type]
    assert done.report_key is not None
    assert artifacts.get_model(done.report_key, TestReport) == report
    return done, report


def good() -> InProcessAgent:
    return InProcessAgent(a_spec(), good_agent)


class Always:
    """A task that answers everything in one way."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def call(
        self, run_id: str, input: Json, results: Sequence[Any] = (), *, asked: Any = (), seconds: float = 15.0
    ) -> Reply:
        return self.reply


def test_one_new_task_serves_the_whole_test_and_is_stopped() -> None:
    tasks = FakeAgentTasks(good())
    done, report = reported(tasks)
    assert report.findings == ()
    assert done.next is Next.SCORE_QUALITY
    assert (len(tasks.started), tasks.stopped) == (1, 1)
    assert tasks.started[0].image_digest == "sha256:1"


def test_a_task_that_dies_once_is_replaced_and_the_agent_not_blamed() -> None:
    tasks = FakeAgentTasks(good(), dies_at=[4])
    _, report = reported(tasks)
    assert report.findings == ()
    assert (len(tasks.started), tasks.stopped) == (2, 2)


def test_an_agent_that_kills_its_tasks_is_a_crashed_agent() -> None:
    tasks = FakeAgentTasks(good(), dies_at=range(1, 1000))
    _, report = reported(tasks)
    assert {finding.kind for finding in report.findings} == {FindingKind.CRASHED, FindingKind.FRAGILE}
    assert len(tasks.started) == tasks.stopped == MOST_TASKS


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Failed(error=RunError(code="deadline", message="no answer within 10 s")), FindingKind.TOO_SLOW),
        (Failed(error=RunError(code="agent_crashed", message="ended without an answer")), FindingKind.CRASHED),
        (Failed(error=RunError(code="bad_reply", message="not of the protocol")), FindingKind.PROTOCOL_VIOLATED),
        (Failed(error=RunError(code="invalid_input", message="x", field="topic")), FindingKind.EXAMPLE_FAILED),
        (Succeeded(output={}), FindingKind.EXAMPLE_FAILED),
        (Succeeded(output={}), FindingKind.MALFORMED_ACCEPTED),
    ],
)
def test_hanging_crashing_and_lying_tasks_end_as_findings(reply: Reply, expected: FindingKind) -> None:
    tasks = FakeAgentTasks(Always(reply))
    _, report = reported(tasks)
    assert expected in {finding.kind for finding in report.findings}
    assert tasks.stopped == 1


def test_the_stage_ends_in_time_however_slow_the_agent_is() -> None:
    ticks = count(step=9)
    tasks = FakeAgentTasks(good())
    _, report = reported(tasks, clock=lambda: float(next(ticks)))
    assert next(ticks) < MOST_SECONDS + 200
    assert {FindingKind.NOT_TESTED, FindingKind.TOO_SLOW} <= {finding.kind for finding in report.findings}


@pytest.mark.parametrize("error", [TaskNotReady("no capacity"), TaskRefused("no such image")])
def test_what_the_platform_cannot_do_is_not_the_agents_fault(error: Exception) -> None:
    class NoTasks(FakeAgentTasks):
        def claimed(self, *args: Any, **kwargs: Any) -> Any:
            raise error

    with pytest.raises(type(error)):
        reported(NoTasks(good()))


class Hours:
    """A clock of the test's own; `starting` and `dying` move it on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def start_takes(self, seconds: float) -> Callable[[int], None]:
        def starting(claim: int) -> None:
            self.now += seconds

        return starting


@pytest.mark.parametrize("seconds", [45.0, 149.0])
def test_a_slow_start_is_no_time_of_the_agents(seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    one_world = Scenery.drawn(datetime(2026, 11, 23, tzinfo=UTC))
    monkeypatch.setattr(Scenery, "drawn", lambda *_args: one_world)
    clock = Hours()
    tasks = FakeAgentTasks(good(), starting=clock.start_takes(seconds))
    _, report = reported(tasks, clock)
    assert report.findings == ()
    assert max(case.seconds for case in report.cases) == 0
    assert report.measured == reported(FakeAgentTasks(good()))[1].measured


def test_slow_starts_after_deaths_are_no_time_of_the_agents_either() -> None:
    clock = Hours()
    tasks = FakeAgentTasks(good(), dies_at=[4, 9], starting=clock.start_takes(45))
    _, report = reported(tasks, clock)
    assert report.findings == ()
    assert len(tasks.started) == tasks.stopped == 3


def test_tasks_that_take_too_long_to_start_are_a_reason_to_try_again() -> None:
    clock = Hours()
    tasks = FakeAgentTasks(good(), dies_at=[4, 9, 14], starting=clock.start_takes(130))
    with pytest.raises(TaskNotReady, match="260 s were lost"):
        reported(tasks, clock)
    assert len(tasks.started) == tasks.stopped == 2


def test_tasks_lost_one_at_a_time_are_the_platforms_fault() -> None:
    """Four tasks gone, each in another call, and every call answered by the next task: no sign of a crashing agent."""
    tasks = FakeAgentTasks(good(), dies_at=[4, 9, 14, 19])
    with pytest.raises(TaskNotReady, match="no one call is to blame"):
        reported(tasks)
    assert len(tasks.started) == tasks.stopped == MOST_TASKS


def test_a_task_that_cannot_be_replaced_is_not_the_agents_fault() -> None:
    def starting(claim: int) -> None:
        if claim > 1:
            raise TaskNotReady("the task stopped before it ran: ResourceInitializationError")

    tasks = FakeAgentTasks(good(), dies_at=[4], starting=starting)
    with pytest.raises(TaskNotReady, match="ResourceInitializationError"):
        reported(tasks)
    assert tasks.stopped == 1


def test_a_build_without_an_image_is_refused() -> None:
    with pytest.raises(BuildIncomplete):
        examine(a_build(), artifacts=FakeArtifacts(), tasks=FakeAgentTasks(good()))  # type: ignore[arg-type]


class Times:
    """An agent that is asked the time and notes what it is told, and what it finds on pages."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def __call__(self, input: dict[str, Any], tools: Any) -> dict[str, Any]:
        self.told += [await tools.now(), (await tools.fetch(input["page"]))["text"]]
        return await good_agent(input, tools)


def no_capacity(_claim: int) -> None:
    raise TaskNotReady("no capacity")


def examined_in(artifacts: FakeArtifacts, now: datetime, *, round: int = 1, **troubles: Any) -> list[str]:
    """What the agent saw of its world."""
    key = artifacts.put_text("spec.yaml", write_spec(a_spec()))
    build = a_build(spec_key=key, image_digest="sha256:1", next=Next.TEST_AGENT, round=round)
    seen = Times()
    tasks: Any = FakeAgentTasks(InProcessAgent(a_spec(), seen), **troubles)
    examine(build, artifacts=artifacts, tasks=tasks, now=lambda: now, clock=lambda: 0.0)
    return list(dict.fromkeys(seen.told))


def test_whatever_is_tried_again_finds_the_world_that_was_drawn_first() -> None:
    """A retry after the stage died, and a redrive a week later."""
    artifacts, first = FakeArtifacts(), datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(TaskNotReady):
        examined_in(artifacts, first, starting=no_capacity)
    retried = examined_in(artifacts, datetime(2026, 11, 23, 1, tzinfo=UTC), dies_at=[5])
    redriven = examined_in(artifacts, datetime(2026, 11, 30, tzinfo=UTC))
    assert retried == redriven
    assert len(retried) > 20


def test_another_round_and_another_build_are_another_world() -> None:
    artifacts, now = FakeArtifacts(), datetime(2026, 11, 23, tzinfo=UTC)
    first, second = (set(examined_in(artifacts, now, round=round)) for round in (1, 2))
    assert not first & second
    assert not first & set(examined_in(FakeArtifacts(), now))
