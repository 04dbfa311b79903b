"""The worker of all runs: crashes, duplicates, dead tasks."""

from collections import Counter
from contextlib import nullcontext
from typing import Any

import pytest
from mam_agent import EffectFailed

from functions.runs.perform_run.worker import FAIR_SECONDS, START_PAUSES, TASKS_TRIED
from shared.runs.demo_limits import Start
from shared.runs.effect_journal import UNKNOWN_OUTCOME
from shared.runs.faults import FAULTS, OURS, Fault, name_fault
from shared.runs.performed_effects import ModelFailed
from shared.runs.run import LEASE_SECONDS, Origin, RunBusy, RunLeaseLost, RunState, StoredRun
from shared.runs.tasks import TaskGone, TaskNotReady, TaskRefused
from shared.specs.effects import Effect, EffectKind, EffectRefused, Failed, RunError
from tests.fakes.agent_specs import an_example
from tests.fakes.agent_tasks import FakeAgentTasks
from tests.fakes.busy_agent import IN_CALL_ORDER, busy_agent
from tests.fakes.crashes import Crash, Crashes
from tests.fakes.marketplace import FakeMarketplace
from tests.fakes.runs import a_run


def a_market() -> FakeMarketplace:
    found = FakeMarketplace(busy_agent)
    found.pages.pages = {an_example(1).input["page"]: "<h1>Prices</h1>"}
    return found


@pytest.fixture
def market() -> FakeMarketplace:
    return a_market()


def queue(market: FakeMarketplace, **changes: Any) -> str:
    run = a_run(created_at=market.now, queued_at=market.now, **changes)
    market.runs.create(run)
    return run.run_id


def state(market: FakeMarketplace, run_id: str) -> StoredRun:
    return market.runs.rows[run_id]


def crash(market: FakeMarketplace, run_id: str, write: int, *, late: bool) -> bool:
    """A worker dies at its n-th write, and the run is queued again; False if it ended before."""
    market.runs.writing = Crashes(write, late=late)
    try:
        market.work(run_id)
    except Crash:
        return True
    finally:
        market.runs.writing = nullcontext
        market.runs.requeue(state(market, run_id), market.now)
    return False


def happened(market: FakeMarketplace) -> Counter[EffectKind]:
    return Counter(effect.kind for effect in market.carried_out)


WRITES = range(1, 17)
"""Every write of the busy agent's run: claimed, started, two an effect (one if refused), finished."""


def test_the_crashes_below_try_every_write(market: FakeMarketplace) -> None:
    run_id = queue(market)
    market.runs.writing = counting = Crashes()
    market.work(run_id)
    assert counting.writes == WRITES[-1]


@pytest.mark.parametrize("origin", Origin)
def test_a_run_of_any_origin_is_performed_to_its_end(market: FakeMarketplace, origin: Origin) -> None:
    run_id = queue(market, origin=origin)
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.state is RunState.SUCCEEDED
    assert ended.output is not None
    assert ended.output["notes"] == ["first sent", "second over_budget"]
    assert [record.effect.id for record in ended.recorded] == list(range(1, 8))
    assert ended.models == ("fake-model",)
    assert happened(market) == dict.fromkeys(EffectKind, 1)


def test_what_is_refused_is_recorded_and_was_never_intended(market: FakeMarketplace) -> None:
    run_id = queue(market)
    market.work(run_id)
    refused = [record.effect.id for record in state(market, run_id).recorded if not record.result.ok]
    assert len(refused) == 1
    assert {effect.id for effect in market.runs.intended[run_id]} == set(range(1, 8)) - set(refused)


def test_a_message_that_arrives_again_performs_nothing_again(market: FakeMarketplace) -> None:
    run_id = queue(market)
    market.work(run_id)
    assert market.work(run_id) is None
    assert happened(market) == dict.fromkeys(EffectKind, 1)


def test_a_message_that_arrives_while_the_run_goes_on_is_told_to_come_back(market: FakeMarketplace) -> None:
    run_id = queue(market)
    assert market.runs.claim(run_id, "another", market.now)
    with pytest.raises(RunBusy):
        market.work(run_id)
    assert not market.carried_out


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", WRITES)
def test_a_crash_at_any_write_is_survived_by_the_next_worker(market: FakeMarketplace, write: int, late: bool) -> None:
    run_id = queue(market)
    assert crash(market, run_id, write, late=late)
    market.work(run_id)
    check_end(market, run_id, crashes=1)


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("first", WRITES)
def test_a_second_crash_at_any_write_is_survived_too(first: int, late: bool) -> None:
    for second in WRITES:
        for second_late in (False, True):
            market = a_market()
            run_id = queue(market)
            crash(market, run_id, first, late=late)
            crash(market, run_id, second, late=second_late)
            market.work(run_id)
            check_end(market, run_id, crashes=2)


def check_end(market: FakeMarketplace, run_id: str, crashes: int) -> None:
    ended, counts = state(market, run_id), happened(market)
    assert ended.state is RunState.SUCCEEDED, ended.error
    assert [record.effect.id for record in ended.recorded] == list(range(1, 8))
    assert (ended.intents, ended.models) == ((), ("fake-model",))
    assert all(1 <= counts[kind] <= 1 + crashes for kind in EffectKind if kind is not EffectKind.NOTIFY)
    assert counts[EffectKind.NOTIFY] <= 1
    assert ended.output is not None
    first, second = ended.output["notes"]
    assert first in {"first sent", f"first {UNKNOWN_OUTCOME}"}
    assert counts[EffectKind.NOTIFY] == 1 or first != "first sent"
    assert second == "second over_budget"


@pytest.mark.parametrize("kind", IN_CALL_ORDER[:5])
def test_a_crash_between_performing_and_recording_repeats_what_may_be_repeated_and_nothing_else(
    market: FakeMarketplace, kind: EffectKind
) -> None:
    run_id = queue(market)
    claimed_and_started, pairs = 2, IN_CALL_ORDER.index(kind) + 1
    crash(market, run_id, claimed_and_started + 2 * pairs, late=False)
    assert [intent.kind for intent in state(market, run_id).intents] == [kind]
    assert happened(market)[kind] == 1
    market.work(run_id)
    notified = kind is EffectKind.NOTIFY
    assert happened(market)[kind] == (1 if notified else 2)
    output = state(market, run_id).output
    assert output is not None
    assert output["notes"][0] == (f"first {UNKNOWN_OUTCOME}" if notified else "first sent")


def test_a_notification_whose_outcome_is_unknown_counts_against_the_budget(market: FakeMarketplace) -> None:
    run_id = queue(market)
    crash(market, run_id, 12, late=False)
    market.work(run_id)
    first, second = [one for one in state(market, run_id).recorded if one.effect.kind is EffectKind.NOTIFY]
    assert isinstance(first.result, EffectRefused)
    assert first.result.error.code == UNKNOWN_OUTCOME
    assert isinstance(second.result, EffectRefused)
    assert second.result.error.code == "over_budget"


@pytest.mark.parametrize("unfinished", [EffectKind.NOTIFY, EffectKind.LLM])
def test_an_agent_that_asks_for_something_else_in_place_of_a_notification_ends_its_run(
    market: FakeMarketplace, unfinished: EffectKind
) -> None:
    run_id = queue(market)
    first = market.runs.claim(run_id, "first", market.now)
    assert first is not None
    market.runs.intend(first, Effect(id=1, kind=unfinished, args={"subject": "s", "body": "b"}), market.now)
    market.now += LEASE_SECONDS
    market.work(run_id)
    ended = state(market, run_id)
    diverged = unfinished is EffectKind.NOTIFY
    assert (ended.error.code if ended.error else None) == ("diverged" if diverged else None)
    assert bool(market.carried_out) is not diverged
    assert bool(ended.intents) is diverged


class Failing:
    """An agent whose task answers with this code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def call(self, *_: Any, **__: Any) -> Failed:
        return Failed(error=RunError(code=self.code, message="no"))


def counted(market: FakeMarketplace, **changes: Any) -> str:
    run_id = queue(market, **changes)
    market.limits.take("203.0.113.9", Start(market.now, "price-watch", run_id))
    return run_id


def costs(market: FakeMarketplace) -> bool:
    return bool(market.limits.starts["203.0.113.9"])


@pytest.mark.parametrize("code", FAULTS)
def test_only_a_failure_of_the_agent_is_counted(code: str) -> None:
    market = FakeMarketplace()
    market.tasks.agent = Failing(code)  # pyright: ignore
    run_id = counted(market)
    market.work(run_id)
    assert state(market, run_id).state is RunState.FAILED
    assert costs(market) is (FAULTS[code] is Fault.AGENT or code in OURS)


def no_capacity(claim: int) -> None:
    raise TaskNotReady("RESOURCE:MEMORY")


def not_allowed(claim: int) -> None:
    raise TaskRefused("AccessDenied")


@pytest.mark.parametrize(
    "platform",
    [{"starting": no_capacity}, {"starting": not_allowed}, {"dies_at": range(1, 99)}],
    ids=["no task", "refused", "tasks died"],
)
@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("write", range(5))
def test_a_failure_of_the_platform_is_given_back_whenever_the_worker_dies(
    market: FakeMarketplace, platform: dict[str, Any], write: int, late: bool
) -> None:
    run_id = counted(market)
    market.tasks = FakeAgentTasks(market.tasks.agent, **platform)
    other = market.limits.take("203.0.113.9", Start(market.now, "price-watch", "another"))
    crash(market, run_id, write, late=late)
    for _ in range(2):
        market.work(run_id)
    error = state(market, run_id).error
    assert error is not None
    assert name_fault(error) is Fault.PLATFORM
    assert [start.token for start in market.limits.starts["203.0.113.9"]] == ["another"], other


def test_a_worker_that_died_before_it_gave_back_is_made_up_for_when_the_message_comes_again(
    market: FakeMarketplace,
) -> None:
    run_id = counted(market)
    market.tasks = FakeAgentTasks(market.tasks.agent, starting=no_capacity)
    market.limits.writing = Crashes(1)
    with pytest.raises(Crash):
        market.work(run_id)
    assert costs(market)
    market.limits.writing = nullcontext
    assert market.work(run_id) is None
    assert not costs(market)


def test_a_worker_that_lost_its_run_gives_nothing_back(market: FakeMarketplace) -> None:
    run_id = counted(market)

    def taken_over(claim: int) -> None:
        market.now += LEASE_SECONDS
        assert market.runs.claim(run_id, "another", market.now)
        raise TaskRefused("AccessDenied")

    market.tasks = FakeAgentTasks(market.tasks.agent, starting=taken_over)
    with pytest.raises(RunLeaseLost):
        market.work(run_id)
    assert costs(market)


@pytest.mark.parametrize("survives", [True, False])
def test_a_model_that_is_not_available_costs_nothing_and_is_to_blame_for_a_failure(survives: bool) -> None:
    async def asking(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        try:
            await tools.llm("Summarise.", "a page")
        except EffectFailed:
            if not survives:
                raise
        return {"topic": "t", "summary": "s", "changed": False, "checked_at": await tools.now(), "notes": []}

    market = FakeMarketplace(asking)
    market.model.value = ModelFailed("model_unavailable", "spent")
    run_id = counted(market)
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.state is (RunState.SUCCEEDED if survives else RunState.FAILED), ended.error
    assert (ended.error.code if ended.error else None) == (None if survives else "model_unavailable")
    assert not costs(market)


@pytest.mark.parametrize(("seconds", "code"), [(FAIR_SECONDS - 1, "too_late"), (FAIR_SECONDS, "deadline")])
def test_an_agent_that_had_its_time_is_to_blame_for_the_deadline_and_no_other(
    market: FakeMarketplace, seconds: float, code: str
) -> None:
    def starting(claim: int) -> None:
        market.now += 300 - seconds

    class Slow:
        def call(self, *_: Any, **__: Any) -> Any:
            market.now += seconds
            raise TaskGone("the task did not answer in time")

    market.tasks = FakeAgentTasks(Slow(), starting=starting)
    run_id = counted(market)
    market.work(run_id)
    ended = state(market, run_id)
    assert (ended.error.code if ended.error else None) == code
    assert costs(market) is (code == "deadline")


def test_a_worker_that_was_taken_for_dead_cannot_write_any_more(market: FakeMarketplace) -> None:
    run_id = queue(market)
    slow = market.runs.claim(run_id, "slow", market.now)
    assert slow is not None
    market.now += LEASE_SECONDS + 1
    market.work(run_id)
    with pytest.raises(RunLeaseLost):
        market.runs.finish(slow, market.now, output={"from": "the dead"})
    assert state(market, run_id).output != {"from": "the dead"}


def test_a_task_that_dies_is_replaced_and_the_run_goes_on(market: FakeMarketplace) -> None:
    market.tasks = FakeAgentTasks(market.tasks.agent, dies_at=[3])
    run_id = queue(market)
    market.work(run_id)
    assert state(market, run_id).state is RunState.SUCCEEDED
    assert len(market.tasks.started) == 2
    assert len(market.pages.fetched) == 1


@pytest.mark.parametrize("error", [TaskNotReady("no capacity"), TaskRefused("no such image")])
def test_an_agent_that_cannot_be_started_ends_the_run_with_a_reason(market: FakeMarketplace, error: Exception) -> None:
    class NoTasks:
        def claimed(self, *_args: Any, **_options: Any) -> Any:
            raise error

    market.tasks = NoTasks()  # pyright: ignore
    run_id = queue(market)
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.state is RunState.FAILED
    assert ended.error is not None
    assert ended.error.code == "no_task"
    assert set(market.told) == {str(error)}


@pytest.mark.parametrize("failures", range(1, len(START_PAUSES) + 1))
def test_a_platform_without_tasks_for_a_while_does_not_end_a_run(market: FakeMarketplace, failures: int) -> None:
    def starting(claim: int) -> None:
        if claim <= failures:
            raise TaskNotReady("RESOURCE:MEMORY")

    market.tasks = FakeAgentTasks(market.tasks.agent, starting=starting)
    run_id, began = queue(market), market.now
    market.work(run_id)
    assert state(market, run_id).state is RunState.SUCCEEDED
    assert market.now - began == sum(START_PAUSES[:failures])
    assert market.told == ["RESOURCE:MEMORY"] * failures


def test_slow_starts_that_come_to_nothing_end_a_run_at_its_deadline(market: FakeMarketplace) -> None:
    def starting(claim: int) -> None:
        market.now += 149
        raise TaskNotReady("ECS does not know it yet")

    market.tasks = FakeAgentTasks(market.tasks.agent, starting=starting)
    run_id = queue(market)
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.error is not None
    assert ended.error.code == "too_late"
    assert len(market.tasks.started) == 2


def test_an_agent_whose_tasks_keep_dying_ends_its_run_after_three(market: FakeMarketplace) -> None:
    market.tasks = FakeAgentTasks(market.tasks.agent, dies_at=range(1, 100))
    run_id = queue(market)
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.error is not None
    assert "stopped while it ran" in ended.error.message
    assert len(market.tasks.started) == market.tasks.stopped == TASKS_TRIED


def test_a_run_that_is_taken_up_too_late_is_not_run(market: FakeMarketplace) -> None:
    run_id = queue(market)
    market.now += 301
    market.work(run_id)
    ended = state(market, run_id)
    assert ended.error is not None
    assert ended.error.code == "too_late"
    assert not market.tasks.started


def test_an_agent_that_breaks_ends_the_run_as_failed() -> None:
    async def broken(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        raise ValueError("secret detail")

    market = FakeMarketplace(broken)
    run_id = queue(market)
    market.work(run_id)
    assert state(market, run_id).state is RunState.FAILED


def test_an_unknown_run_id_is_nothing_to_do(market: FakeMarketplace) -> None:
    assert market.work("unknown") is None
