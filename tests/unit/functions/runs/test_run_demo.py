"""A demo's worker: crashes, duplicates, dead tasks. The agent under test uses every effect."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.runs.run_demo.work import START_PAUSES, TASKS_TRIED
from shared.runs.demo import LEASE_SECONDS, Demo, DemoBusy, DemoState, LeaseLost
from shared.runs.tasks import TaskNotReady, TaskRefused
from shared.specs.effects import EffectKind
from tests.fakes.agent_specs import a_spec, an_example
from tests.fakes.agent_tasks import FakeAgentTasks
from tests.fakes.marketplace import DIGEST, FakeMarketplace


class Crash(BaseException):
    """The worker's process is gone."""


@pytest.fixture
def market() -> FakeMarketplace:
    found = FakeMarketplace()
    found.pages.pages = {an_example(1).input["page"]: "<h1>Prices</h1>"}
    return found


def queued(market: FakeMarketplace, token: str = "t" * 32) -> str:
    market.demos.create(
        Demo(
            token=token,
            slug="price-watch",
            version=1,
            image_digest=DIGEST,
            capabilities=a_spec().capabilities,
            input=an_example(1).input,
            address="203.0.113.9",
            request_id="request",
            created_at=market.now,
            queued_at=market.now,
        )
    )
    return token


def crash_at(number: int) -> Callable[[str], None]:
    seen = 0

    def writing(_name: str) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            raise Crash

    return writing


def state(market: FakeMarketplace, token: str) -> Demo:
    return market.demos.rows[token]


def test_a_demo_runs_to_its_end(market: FakeMarketplace) -> None:
    token = queued(market)
    market.work(token)
    assert state(market, token).state is DemoState.SUCCEEDED
    assert len(state(market, token).recorded) == 5


def test_a_message_that_arrives_again_performs_nothing_again(market: FakeMarketplace) -> None:
    token = queued(market)
    market.work(token)
    assert market.work(token) is None
    assert len(market.pages.fetched) == 1
    assert len(market.model.asked) == 1


def test_a_message_that_arrives_while_the_demo_runs_is_told_to_come_back(market: FakeMarketplace) -> None:
    token = queued(market)
    assert market.demos.claim(token, "another", market.now)
    with pytest.raises(DemoBusy):
        market.work(token)
    assert not market.pages.fetched


@pytest.mark.parametrize("write", range(1, 13))
def test_a_crash_at_any_write_is_survived_by_the_next_worker(market: FakeMarketplace, write: int) -> None:
    token = queued(market)
    market.demos.writing = crash_at(write)
    with pytest.raises(Crash):
        market.work(token)
    market.now += LEASE_SECONDS + 1
    market.work(token)
    ended = state(market, token)
    assert ended.state is DemoState.SUCCEEDED
    assert [record.effect.id for record in ended.recorded] == [1, 2, 3, 4, 5]
    kinds = [effect.kind for effect in market.demos.intents[token]]
    assert len(market.pages.fetched) <= 2
    assert kinds.count(EffectKind.FETCH) <= 2


def test_a_worker_that_was_taken_for_dead_cannot_write_any_more(market: FakeMarketplace) -> None:
    token = queued(market)
    slow = market.demos.claim(token, "slow", market.now)
    assert slow is not None
    market.now += LEASE_SECONDS + 1
    market.work(token)
    with pytest.raises(LeaseLost):
        market.demos.finish(slow, market.now, output={"from": "the dead"})
    assert state(market, token).output != {"from": "the dead"}


def test_a_task_that_dies_is_replaced_and_the_run_goes_on(market: FakeMarketplace) -> None:
    market.tasks = FakeAgentTasks(market.tasks.agent, dies_at=[3])
    token = queued(market)
    market.work(token)
    assert state(market, token).state is DemoState.SUCCEEDED
    assert len(market.tasks.started) == 2
    assert len(market.pages.fetched) == 1


@pytest.mark.parametrize("error", [TaskNotReady("no capacity"), TaskRefused("no such image")])
def test_an_agent_that_cannot_be_started_ends_the_demo_with_a_reason(market: FakeMarketplace, error: Exception) -> None:
    class NoTasks:
        def claimed(self, *_args: Any, **_options: Any) -> Any:
            raise error

    market.tasks = NoTasks()  # pyright: ignore
    token = queued(market)
    market.work(token)
    ended = state(market, token)
    assert ended.state is DemoState.FAILED
    assert ended.error is not None
    assert ended.error.code == "no_task"
    assert set(market.told) == {str(error)}


@pytest.mark.parametrize("failures", range(1, len(START_PAUSES) + 1))
def test_a_platform_without_tasks_for_a_while_does_not_end_a_demo(market: FakeMarketplace, failures: int) -> None:
    def starting(claim: int) -> None:
        if claim <= failures:
            raise TaskNotReady("RESOURCE:MEMORY")

    market.tasks = FakeAgentTasks(market.tasks.agent, starting=starting)
    token, began = queued(market), market.now
    market.work(token)
    assert state(market, token).state is DemoState.SUCCEEDED
    assert market.now - began == sum(START_PAUSES[:failures])
    assert market.told == ["RESOURCE:MEMORY"] * failures


def test_slow_starts_that_come_to_nothing_end_a_demo_at_its_deadline(market: FakeMarketplace) -> None:
    def starting(claim: int) -> None:
        market.now += 149
        raise TaskNotReady("ECS does not know it yet")

    market.tasks = FakeAgentTasks(market.tasks.agent, starting=starting)
    token = queued(market)
    market.work(token)
    ended = state(market, token)
    assert ended.error is not None
    assert ended.error.code == "deadline"
    assert len(market.tasks.started) == 2


def test_an_agent_whose_tasks_keep_dying_ends_its_demo_after_three(market: FakeMarketplace) -> None:
    market.tasks = FakeAgentTasks(market.tasks.agent, dies_at=range(1, 100))
    token = queued(market)
    market.work(token)
    ended = state(market, token)
    assert ended.error is not None
    assert "stopped while it ran" in ended.error.message
    assert len(market.tasks.started) == market.tasks.stopped == TASKS_TRIED


def test_a_demo_that_is_taken_up_too_late_is_not_run(market: FakeMarketplace) -> None:
    token = queued(market)
    market.now += 301
    market.work(token)
    ended = state(market, token)
    assert ended.error is not None
    assert ended.error.code == "deadline"
    assert not market.tasks.started


def test_an_agent_that_breaks_ends_the_demo_as_failed() -> None:
    async def broken(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        raise ValueError("secret detail")

    market = FakeMarketplace(broken)
    token = queued(market)
    market.work(token)
    assert state(market, token).state is DemoState.FAILED


def test_an_unknown_token_is_nothing_to_do(market: FakeMarketplace) -> None:
    assert market.work("unknown") is None
