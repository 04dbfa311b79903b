"""What every store of the rows `agent_tasks` promises: of two that want one task, one gets it. For table and fake."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from shared.runs.tasks import AgentTask, AgentTasksRepository, RunnableAgent, TaskStatus

AGENT = RunnableAgent("watcher", 3, "sha256:" + "a" * 64)
TASK = AgentTask(AGENT, "arn:task/1", "nonce", TaskStatus.BUSY, 100.25, 101.5, "10.0.0.7", 8080, "lease-1", 461.5)


class AgentTasksContract:
    """A subclass gives the fixture `tasks`: an empty store."""

    def test_a_task_comes_back_as_it_was_put_in(self, tasks: AgentTasksRepository) -> None:
        tasks.add(TASK)
        assert list(tasks.all()) == [TASK]

    def test_only_free_tasks_of_the_very_image_are_idle_the_last_used_first(self, tasks: AgentTasksRepository) -> None:
        idle = replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0)
        tasks.add(TASK)
        tasks.add(replace(idle, task_id="old", used_at=1.0))
        tasks.add(replace(idle, task_id="new", used_at=2.0))
        tasks.add(replace(idle, task_id="other", agent=replace(AGENT, image_digest="sha256:" + "b" * 64)))
        assert [task.task_id for task in tasks.idle(AGENT)] == ["new", "old"]

    def test_a_lease_is_given_back_by_its_holder_only(self, tasks: AgentTasksRepository) -> None:
        tasks.add(TASK)
        assert not tasks.release(replace(TASK, lease="somebody-else"), 200.0)
        assert tasks.release(TASK, 200.0)
        free = tasks.idle(AGENT)[0]
        assert (free.status, free.lease, free.used_at) == (TaskStatus.IDLE, "", 200.0)
        assert not tasks.release(TASK, 300.0)

    def test_of_many_claims_at_once_one_gets_the_task(self, tasks: AgentTasksRepository) -> None:
        tasks.add(replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0))
        free = tasks.idle(AGENT)[0]
        with ThreadPoolExecutor(8) as pool:
            won = [one for one in pool.map(lambda number: tasks.lease(free, f"lease-{number}", 500.0), range(8)) if one]
        assert len(won) == 1
        assert next(tasks.all()) == won[0]
        assert won[0].status is TaskStatus.BUSY

    def test_a_task_that_is_gone_can_be_neither_leased_nor_released(self, tasks: AgentTasksRepository) -> None:
        assert tasks.lease(TASK, "lease", 1.0) is None
        assert not tasks.release(TASK, 1.0)
        assert list(tasks.all()) == []

    def test_a_row_is_taken_out_only_as_it_was_seen(self, tasks: AgentTasksRepository) -> None:
        free = replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0)
        tasks.add(free)
        leased = tasks.lease(free, "lease-2", 900.0)
        assert leased is not None
        assert not tasks.take_out(free)
        assert not tasks.take_out(replace(leased, lease="lease-1"))
        assert tasks.take_out(leased)
        assert not tasks.take_out(leased)

    def test_forgetting_does_not_mind_what_is_gone(self, tasks: AgentTasksRepository) -> None:
        tasks.add(TASK)
        tasks.forget(TASK)
        tasks.forget(TASK)
        assert list(tasks.all()) == []
