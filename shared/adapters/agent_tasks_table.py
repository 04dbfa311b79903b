"""The table `agent_tasks`: which tasks run, which of them are free, and who holds the others."""

from collections.abc import Iterator, Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import model_of, was_written
from shared.runs.tasks import AgentTask, RunnableAgent, TaskStatus


class AgentTaskItem(Model):
    """`slug` and `version` are also part of the key `agent`. Storing the nonce is safe, since it is worthless outside
    the network.
    """

    agent = UnicodeAttribute(hash_key=True)
    task_id = UnicodeAttribute(range_key=True)
    status = UnicodeAttribute()
    slug = UnicodeAttribute()
    version = NumberAttribute()
    image_digest = UnicodeAttribute()
    nonce = UnicodeAttribute()
    address = UnicodeAttribute()
    port = NumberAttribute()
    started_at = NumberAttribute()
    used_at = NumberAttribute()
    lease = UnicodeAttribute(null=True)
    lease_until = NumberAttribute(default=0)


class AgentTasksTable:
    """Implements `AgentTasksRepository` of `shared.runs.tasks`."""

    def __init__(self, table_name: str) -> None:
        self._tasks = model_of(AgentTaskItem, table_name)

    def add(self, task: AgentTask) -> None:
        self._tasks(
            task.agent.key,
            task.task_id,
            status=task.status.value,
            slug=task.agent.slug,
            version=task.agent.version,
            image_digest=task.agent.image_digest,
            nonce=task.nonce,
            address=task.address,
            port=task.port,
            started_at=task.started_at,
            used_at=task.used_at,
            lease=task.lease or None,
            lease_until=task.lease_until,
        ).save()

    def idle(self, agent: RunnableAgent) -> Sequence[AgentTask]:
        tasks = [_read_task(item) for item in self._tasks.query(agent.key, consistent_read=True)]
        free = [task for task in tasks if task.status is TaskStatus.IDLE and task.agent == agent]
        return sorted(free, key=lambda task: task.used_at, reverse=True)

    def lease(self, task: AgentTask, lease: str, until: float) -> AgentTask | None:
        """Lease the task if it is idle, even if it was leased and released since it was read: idle tasks have
        no lease.
        """
        item = self._tasks(task.agent.key, task.task_id)
        taken = [
            AgentTaskItem.status.set(TaskStatus.BUSY.value),
            AgentTaskItem.lease.set(lease),
            AgentTaskItem.lease_until.set(until),
        ]
        free = AgentTaskItem.status == TaskStatus.IDLE.value
        return _read_task(item) if was_written(lambda: item.update(actions=taken, condition=free)) else None

    def release(self, task: AgentTask, used_at: float) -> bool:
        item = self._tasks(task.agent.key, task.task_id)
        given_back = [
            AgentTaskItem.status.set(TaskStatus.IDLE.value),
            AgentTaskItem.used_at.set(used_at),
            AgentTaskItem.lease.remove(),
            AgentTaskItem.lease_until.set(0),
        ]
        ours = AgentTaskItem.lease == task.lease
        return was_written(lambda: item.update(actions=given_back, condition=ours))

    def take_out(self, task: AgentTask) -> bool:
        unchanged = (AgentTaskItem.status == task.status.value) & (AgentTaskItem.used_at == task.used_at)
        held = (AgentTaskItem.lease == task.lease) if task.lease else AgentTaskItem.lease.does_not_exist()
        item = self._tasks(task.agent.key, task.task_id)
        return was_written(lambda: item.delete(condition=unchanged & held))

    def forget(self, task: AgentTask) -> None:
        self._tasks(task.agent.key, task.task_id).delete()

    def all(self) -> Iterator[AgentTask]:
        for item in self._tasks.scan(consistent_read=True):
            yield _read_task(item)


def _read_task(item: AgentTaskItem) -> AgentTask:
    return AgentTask(
        agent=RunnableAgent(slug=item.slug, version=int(item.version), image_digest=item.image_digest),
        task_id=item.task_id,
        nonce=item.nonce,
        status=TaskStatus(item.status),
        started_at=float(item.started_at),
        used_at=float(item.used_at),
        address=item.address,
        port=int(item.port),
        lease=item.lease or "",
        lease_until=float(item.lease_until),
    )
