"""A cluster and its table without ECS: tasks start at once, die when told, and every step can be watched."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shared.runs.tasks import AgentTask, RunnableAgent, TaskBusy, TaskGone, TaskNotReady, TaskStatus, TaskUse
from shared.values import Json


class FakeRunner:
    """Implements `TaskRunner` and `TaskCluster`. `reply` is what every task answers; `silent`: ECS answers nothing."""

    def __init__(self, reply: bytes = b'{"status": "succeeded", "output": {}}') -> None:
        self.reply = reply
        self.nonces: dict[str, str] = {}
        self.uses: dict[str, TaskUse] = {}
        self.created: dict[str, float] = {}
        self.stopped: dict[str, str] = {}
        self.bodies: list[Json] = []
        self.never_ready = False
        self.silent = False
        self.busy = False

    def start(self, agent: RunnableAgent, nonce: str, use: TaskUse = TaskUse.ANY_RUN) -> str:
        task_id = f"task-{len(self.nonces) + 1}"
        self.uses[task_id] = use
        self.nonces[task_id] = nonce
        self.created[task_id] = 0.0
        return task_id

    def wait(self, task_id: str, nonce: str, seconds: float) -> str:
        if self.never_ready:
            raise TaskNotReady("PENDING")
        if task_id in self.stopped or task_id not in self.created:
            raise TaskNotReady("stopped before it ran")
        if self.nonces[task_id] != nonce:
            raise TaskNotReady("another task answers")
        return f"10.0.0.{len(self.nonces)}"

    def runs(self, task_id: str) -> bool:
        self._answer()
        return task_id in self.created and task_id not in self.stopped

    def call(self, task: AgentTask, body: Json, seconds: float) -> bytes:
        if task.task_id in self.stopped or self.nonces.get(task.task_id) != task.nonce:
            raise TaskGone("gone")
        if self.busy:
            raise TaskBusy("busy")
        self.bodies.append(body)
        return self.reply

    def stop(self, task_id: str, reason: str) -> None:
        self._answer()
        self.stopped.setdefault(task_id, reason)

    def _answer(self) -> None:
        if self.silent:
            raise TaskNotReady("Rate exceeded")

    def die(self, task_id: str) -> None:
        self.stopped[task_id] = "died"

    def running(self) -> dict[str, float]:
        return {task_id: at for task_id, at in self.created.items() if task_id not in self.stopped}


class FakeTaskTable:
    """Implements `AgentTasksRepository` with the conditions of the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, AgentTask] = {}

    def add(self, task: AgentTask) -> None:
        self.rows[task.task_id] = task

    def idle(self, agent: RunnableAgent) -> Sequence[AgentTask]:
        free = [task for task in self.rows.values() if task.status is TaskStatus.IDLE and task.agent == agent]
        return sorted(free, key=lambda task: task.used_at, reverse=True)

    def lease(self, task: AgentTask, lease: str, until: float) -> AgentTask | None:
        row = self.rows.get(task.task_id)
        if row is None or row.status is not TaskStatus.IDLE:
            return None
        self.rows[task.task_id] = replace(row, status=TaskStatus.BUSY, lease=lease, lease_until=until)
        return self.rows[task.task_id]

    def release(self, task: AgentTask, used_at: float) -> bool:
        row = self.rows.get(task.task_id)
        if row is None or row.lease != task.lease:
            return False
        self.rows[task.task_id] = replace(row, status=TaskStatus.IDLE, lease="", lease_until=0.0, used_at=used_at)
        return True

    def take_out(self, task: AgentTask) -> bool:
        row = self.rows.get(task.task_id)
        if row is None or (row.status, row.lease, row.used_at) != (task.status, task.lease, task.used_at):
            return False
        del self.rows[task.task_id]
        return True

    def forget(self, task: AgentTask) -> None:
        self.rows.pop(task.task_id, None)

    def all(self) -> Iterator[AgentTask]:
        yield from list(self.rows.values())
