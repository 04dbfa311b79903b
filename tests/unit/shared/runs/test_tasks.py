"""Claims: one holder per task, a warm task before a new one, and no task left behind."""

import json
import math

import pytest

from shared.runs.call_bodies import read_reply
from shared.runs.task_reaper import ORPHAN_SECONDS, SETTLING_SECONDS, Reaped, TaskReaper
from shared.runs.tasks import (
    IDLE_SECONDS,
    LEASE_SECONDS,
    AgentTasks,
    RunnableAgent,
    TaskBusy,
    TaskGone,
    TaskNotReady,
    TaskStatus,
    TaskUse,
    name_family,
)
from shared.specs.effects import Effect, EffectKind, EffectSucceeded, Failed, Succeeded, Suspended
from tests.fakes.agent_cluster import FakeRunner, FakeTaskTable

AGENT = RunnableAgent("watcher", 1, "sha256:" + "a" * 64)
NEWER = RunnableAgent("watcher", 1, "sha256:" + "b" * 64)


class Platform:
    def __init__(self) -> None:
        self.now = 1_000.0
        self.runner = FakeRunner()
        self.table = FakeTaskTable()
        self.tasks = AgentTasks(self.runner, self.table, clock=lambda: self.now)
        self.reaper = TaskReaper(self.runner, self.table, clock=lambda: self.now)


@pytest.fixture
def platform() -> Platform:
    return Platform()


def test_a_claimed_task_answers_and_stays_warm_for_the_next_claim(platform: Platform) -> None:
    for _ in range(2):
        with platform.tasks.claimed(AGENT) as claimed:
            assert claimed.call("run", {}) == Succeeded(output={})
    assert list(platform.runner.nonces) == ["task-1"]
    assert platform.runner.stopped == {}
    assert [row.status for row in platform.table.rows.values()] == [TaskStatus.IDLE]


def test_a_claim_that_keeps_nothing_warm_has_a_task_of_its_own_and_stops_it(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    with platform.tasks.claimed(AGENT, keep_warm=False) as claimed:
        assert claimed.task.task_id == "task-2"
    assert platform.runner.stopped == {"task-2": "done"}
    assert platform.runner.uses == {"task-1": TaskUse.ANY_RUN, "task-2": TaskUse.ONE_CLAIM}
    assert list(platform.table.rows) == ["task-1"]


def test_two_claims_at_once_have_two_tasks(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    with platform.tasks.claimed(AGENT) as one, platform.tasks.claimed(AGENT) as other:
        assert one.task.task_id != other.task.task_id


def test_a_claim_lost_to_a_faster_one_goes_on_to_the_next_task(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT), platform.tasks.claimed(AGENT):
        pass
    stale = platform.table.idle(AGENT)
    platform.table.lease(stale[0], "somebody", 2_000.0)
    platform.table.idle = lambda agent: stale  # type: ignore[method-assign]
    with platform.tasks.claimed(AGENT) as claimed:
        assert claimed.task.task_id == stale[1].task_id


def test_a_task_of_another_image_is_never_claimed_even_under_the_same_version(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    with platform.tasks.claimed(NEWER) as claimed:
        assert claimed.task.task_id == "task-2"


def test_an_image_and_a_deployment_have_a_definition_of_their_own() -> None:
    named = {name_family(AGENT, "mam-agents"), name_family(NEWER, "mam-agents"), name_family(AGENT, "shop-agents")}

    assert len(named) == 3
    assert name_family(AGENT, "mam-agents").startswith("mam-agents-")


def test_a_warm_task_that_died_is_forgotten_and_a_new_one_started(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    platform.runner.die("task-1")
    with platform.tasks.claimed(AGENT) as claimed:
        assert claimed.task.task_id == "task-2"
    assert list(platform.table.rows) == ["task-2"]


def test_a_task_that_died_during_a_call_is_not_kept(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT) as claimed:
        platform.runner.die("task-1")
        with pytest.raises(TaskGone):
            claimed.call("run", {})
    assert platform.table.rows == {}


def test_a_busy_task_says_so_and_is_kept(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT) as claimed:
        platform.runner.busy = True
        with pytest.raises(TaskBusy):
            claimed.call("run", {})
    assert list(platform.table.rows) == ["task-1"]


def test_an_error_in_the_block_still_lets_the_task_go(platform: Platform) -> None:
    with pytest.raises(RuntimeError), platform.tasks.claimed(AGENT, keep_warm=False):
        raise RuntimeError
    assert platform.runner.stopped == {"task-1": "done"}


def test_a_task_that_does_not_come_up_is_stopped(platform: Platform) -> None:
    platform.runner.never_ready = True
    with pytest.raises(TaskNotReady), platform.tasks.claimed(AGENT):
        pass
    assert platform.runner.stopped == {"task-1": "did not come up"}
    assert platform.table.rows == {}


def test_a_warm_task_that_is_not_known_to_run_is_stopped_as_well(platform: Platform) -> None:
    """It may run all the same: then nobody would know of it any more."""
    with platform.tasks.claimed(AGENT):
        pass
    platform.runner.created.pop("task-1")
    with platform.tasks.claimed(AGENT) as claimed:
        assert claimed.task.task_id == "task-2"
    assert platform.runner.stopped == {"task-1": "did not run when it was claimed"}


def test_a_warm_task_of_which_nothing_can_be_found_out_stays_for_the_next_claim(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    platform.runner.silent = True
    with pytest.raises(TaskNotReady, match="Rate exceeded"), platform.tasks.claimed(AGENT):
        pass
    platform.runner.silent = False
    with platform.tasks.claimed(AGENT) as claimed:
        assert claimed.task.task_id == "task-1"


def test_a_task_that_cannot_be_stopped_does_not_cost_its_work_and_is_left_to_the_reaper(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT, keep_warm=False) as claimed:
        answered = claimed.call("run", {})
        platform.runner.silent = True
    assert answered == Succeeded(output={})
    assert platform.table.rows == {}
    platform.runner.silent = False
    platform.now += ORPHAN_SECONDS
    assert platform.reaper.reap() == Reaped(orphans=1)


def test_why_a_task_did_not_come_up_is_told_even_if_it_cannot_be_stopped(platform: Platform) -> None:
    platform.runner.never_ready = platform.runner.silent = True
    with pytest.raises(TaskNotReady, match="PENDING"), platform.tasks.claimed(AGENT):
        pass


def test_a_claim_whose_lease_was_taken_away_does_not_put_the_task_back(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        platform.now += LEASE_SECONDS
        assert platform.reaper.reap() == Reaped(stopped=1)
    assert platform.table.rows == {}


def test_a_call_carries_results_and_what_was_asked(platform: Platform) -> None:
    asked = Effect(id=1, kind=EffectKind.FETCH, args={"url": "https://a.test/"})
    with platform.tasks.claimed(AGENT) as claimed:
        claimed.call("run", {"x": 1}, [EffectSucceeded(id=1, value="page")], asked=[asked])
    result = platform.runner.bodies[0]["results"][0]
    assert {**result, "asked": None} == {"id": 1, "ok": True, "value": "page", "asked": None}
    assert len(result["asked"]) == 64


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"status": "succeeded", "output": {"x": 1}}, Succeeded),
        ({"status": "failed", "error": {"code": "deadline", "message": "late"}}, Failed),
        ({"status": "suspended", "effects": [{"id": 1, "kind": "now", "args": {}}]}, Suspended),
    ],
)
def test_a_reply_of_the_protocol_is_read(body: object, status: type) -> None:
    assert isinstance(read_reply(json.dumps(body).encode()), status)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b'{"status": "paid"}', b'{"status": "succeeded"}', b'{"status": "succeeded", "output": 1}',
     b'{"status": "succeeded", "output": {}, "more": 1}', b'{"status": "suspended", "effects": []}', b"\xff" * 10,
     b'{"status": "suspended", "effects": [{"id": 1, "kind": "shell", "args": {}}]}', b"[" * 100_000],
)  # fmt: skip
def test_any_other_reply_is_a_failure_of_the_agent(body: bytes) -> None:
    reply = read_reply(body)
    assert isinstance(reply, Failed)
    assert reply.error.code == "bad_reply"


def test_the_reaper_stops_what_is_idle_for_long(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    platform.now += IDLE_SECONDS - 1
    assert platform.reaper.reap() == Reaped()
    platform.now += 1
    assert platform.reaper.reap() == Reaped(stopped=1)
    assert platform.runner.stopped == {"task-1": "idle"}
    assert platform.table.rows == {}


def test_the_reaper_leaves_a_held_task_until_its_lease_ran_out(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        platform.now += LEASE_SECONDS - 1
        assert platform.reaper.reap() == Reaped()


def test_the_reaper_forgets_rows_whose_task_died(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    platform.runner.die("task-1")
    platform.now += SETTLING_SECONDS
    assert platform.reaper.reap() == Reaped(forgotten=1)
    assert platform.table.rows == {}


def test_the_reaper_keeps_a_young_row_whose_task_is_not_listed_yet(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    created = platform.runner.created.pop("task-1")
    assert platform.reaper.reap() == Reaped()
    platform.runner.created["task-1"] = created
    with platform.tasks.claimed(AGENT) as claimed:
        assert claimed.task.task_id == "task-1"


def test_the_reaper_leaves_what_was_created_a_moment_ago(platform: Platform) -> None:
    """Listed, and not to be described yet."""
    platform.runner.start(AGENT, "nonce")
    platform.runner.created["task-1"] = math.inf
    assert platform.reaper.reap() == Reaped()


def test_the_reaper_stops_tasks_that_nobody_wrote_down(platform: Platform) -> None:
    """A process that died between starting a task and writing its row."""
    platform.runner.start(AGENT, "nonce")
    platform.runner.created["task-1"] = platform.now
    assert platform.reaper.reap() == Reaped()
    platform.now += ORPHAN_SECONDS
    assert platform.reaper.reap() == Reaped(orphans=1)


def test_the_reaper_leaves_a_task_that_was_claimed_while_it_looked(platform: Platform) -> None:
    with platform.tasks.claimed(AGENT):
        pass
    platform.now += IDLE_SECONDS
    seen = list(platform.table.all())
    platform.table.all = lambda: iter(seen)  # type: ignore[method-assign]
    with platform.tasks.claimed(AGENT) as claimed:
        assert platform.reaper.reap() == Reaped()
        assert claimed.call("run", {}) == Succeeded(output={})
