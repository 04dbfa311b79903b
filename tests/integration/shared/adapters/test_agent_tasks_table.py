"""The rows of `agent_tasks` on DynamoDB: of two that want one task, one gets it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import boto3
import pytest

from shared.adapters.agent_tasks_table import AgentTasksTable
from shared.runs.tasks import AgentTask, RunnableAgent, TaskStatus
from tests.fakes.dynamodb import mock_dynamodb

AGENT = RunnableAgent("watcher", 3, "sha256:" + "a" * 64)
TASK = AgentTask(AGENT, "arn:task/1", "nonce", TaskStatus.BUSY, 100.25, 101.5, "10.0.0.7", 8080, "lease-1", 461.5)


@pytest.fixture
def table() -> Iterator[AgentTasksTable]:
    with mock_dynamodb():
        boto3.client("dynamodb").create_table(
            TableName="agent_tasks",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "agent", "KeyType": "HASH"}, {"AttributeName": "task_id", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "agent", "AttributeType": "S"},
                {"AttributeName": "task_id", "AttributeType": "S"},
            ],
        )
        yield AgentTasksTable("agent_tasks")


def test_a_task_comes_back_as_it_was_put_in(table: AgentTasksTable) -> None:
    table.add(TASK)
    assert list(table.all()) == [TASK]


def test_only_free_tasks_of_the_very_image_are_idle_the_last_used_first(table: AgentTasksTable) -> None:
    idle = replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0)
    table.add(TASK)
    table.add(replace(idle, task_id="old", used_at=1.0))
    table.add(replace(idle, task_id="new", used_at=2.0))
    table.add(replace(idle, task_id="other", agent=replace(AGENT, image_digest="sha256:" + "b" * 64)))
    assert [task.task_id for task in table.idle(AGENT)] == ["new", "old"]


def test_a_lease_is_given_back_by_its_holder_only(table: AgentTasksTable) -> None:
    table.add(TASK)
    assert not table.release(replace(TASK, lease="somebody-else"), 200.0)
    assert table.release(TASK, 200.0)
    free = table.idle(AGENT)[0]
    assert (free.status, free.lease, free.used_at) == (TaskStatus.IDLE, "", 200.0)
    assert not table.release(TASK, 300.0)


def test_of_many_claims_at_once_one_gets_the_task(table: AgentTasksTable) -> None:
    table.add(replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0))
    free = table.idle(AGENT)[0]
    with ThreadPoolExecutor(8) as pool:
        won = [one for one in pool.map(lambda number: table.lease(free, f"lease-{number}", 500.0), range(8)) if one]
    assert len(won) == 1
    assert next(table.all()) == won[0]
    assert won[0].status is TaskStatus.BUSY


def test_a_task_that_is_gone_can_be_neither_leased_nor_released(table: AgentTasksTable) -> None:
    assert table.lease(TASK, "lease", 1.0) is None
    assert not table.release(TASK, 1.0)
    assert list(table.all()) == []


def test_a_row_is_taken_out_only_as_it_was_seen(table: AgentTasksTable) -> None:
    free = replace(TASK, status=TaskStatus.IDLE, lease="", lease_until=0.0)
    table.add(free)
    leased = table.lease(free, "lease-2", 900.0)
    assert leased is not None
    assert not table.take_out(free)
    assert not table.take_out(replace(leased, lease="lease-1"))
    assert table.take_out(leased)
    assert not table.take_out(leased)


def test_forgetting_does_not_mind_what_is_gone(table: AgentTasksTable) -> None:
    table.add(TASK)
    table.forget(TASK)
    table.forget(TASK)
    assert list(table.all()) == []
