"""The table `agent_tasks`: which tasks run, which of them are free, and who holds the others."""

from collections.abc import Iterator, Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DeleteError, UpdateError
from pynamodb.models import Model

from shared.runs.tasks import AgentTask, RunnableAgent, TaskStatus

_CONDITION = "ConditionalCheckFailedException"


class AgentTaskItem(Model):
    """`slug` and `version` are in `agent` too, which is how the key reads; the nonce is worthless without the
    network."""

    class Meta:  # pyright: ignore[reportIncompatibleVariableOverride]
        table_name = ""
        connect_timeout_seconds = 3
        read_timeout_seconds = 10

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
        AgentTaskItem.Meta.table_name = table_name

    def add(self, task: AgentTask) -> None:
        AgentTaskItem(
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
        tasks = [_task(item) for item in AgentTaskItem.query(agent.key, consistent_read=True)]
        free = [task for task in tasks if task.status is TaskStatus.IDLE and task.agent == agent]
        return sorted(free, key=lambda task: task.used_at, reverse=True)

    def lease(self, task: AgentTask, lease: str, until: float) -> AgentTask | None:
        """Idle tasks have no lease, so a task that was leased and released in between can still be had."""
        item = AgentTaskItem(task.agent.key, task.task_id)
        try:
            item.update(
                actions=[
                    AgentTaskItem.status.set(TaskStatus.BUSY.value),
                    AgentTaskItem.lease.set(lease),
                    AgentTaskItem.lease_until.set(until),
                ],
                condition=AgentTaskItem.status == TaskStatus.IDLE.value,
            )
        except UpdateError as error:
            return _lost(error)
        return _task(item)

    def release(self, task: AgentTask, used_at: float) -> bool:
        item = AgentTaskItem(task.agent.key, task.task_id)
        try:
            item.update(
                actions=[
                    AgentTaskItem.status.set(TaskStatus.IDLE.value),
                    AgentTaskItem.used_at.set(used_at),
                    AgentTaskItem.lease.remove(),
                    AgentTaskItem.lease_until.set(0),
                ],
                condition=AgentTaskItem.lease == task.lease,
            )
        except UpdateError as error:
            _lost(error)
            return False
        return True

    def take_out(self, task: AgentTask) -> bool:
        unchanged = (AgentTaskItem.status == task.status.value) & (AgentTaskItem.used_at == task.used_at)
        held = (AgentTaskItem.lease == task.lease) if task.lease else AgentTaskItem.lease.does_not_exist()
        try:
            AgentTaskItem(task.agent.key, task.task_id).delete(condition=unchanged & held)
        except DeleteError as error:
            _lost(error)
            return False
        return True

    def forget(self, task: AgentTask) -> None:
        AgentTaskItem(task.agent.key, task.task_id).delete()

    def all(self) -> Iterator[AgentTask]:
        for item in AgentTaskItem.scan(consistent_read=True):
            yield _task(item)


def _lost(error: UpdateError | DeleteError) -> None:
    """A condition that did not hold is an answer; anything else is an error."""
    if error.cause_response_code != _CONDITION:
        raise error


def _task(item: AgentTaskItem) -> AgentTask:
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
