"""Ends the tasks that nobody uses or knows, and the rows of tasks that are gone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.runs.tasks import START_SECONDS, AgentTask, AgentTasksRepository, TaskStatus

ORPHAN_SECONDS = START_SECONDS + 60
"""A task may take so long to start and be written down; what is older and not written down never will be."""
SETTLING_SECONDS = 60.0
"""So young a task may not be listed everywhere yet, though it was seen running before it was written down."""


class TaskCluster(Protocol):
    def running(self) -> dict[str, float]:
        """Ids of all tasks of the cluster that run or are starting, with the time each was created (epoch seconds).

        One that is known by its id only was created a moment ago, which is said as infinity.
        """
        ...

    def stop(self, task_id: str, reason: str) -> None:
        """Stops it; quiet if it is gone already."""
        ...


@dataclass
class Reaped:
    """How many tasks were `stopped`, rows `forgotten` whose task is gone, and tasks stopped that have no row."""

    stopped: int = 0
    forgotten: int = 0
    orphans: int = 0


class TaskReaper:
    """`clock` is epoch seconds."""

    def __init__(
        self, cluster: TaskCluster, repository: AgentTasksRepository, clock: Callable[[], float] = time.time
    ) -> None:
        self._cluster = cluster
        self._repository = repository
        self._clock = clock

    def reap(self) -> Reaped:
        """Safe to run at any time, by any number at once: a row that changed since it was read is left alone.

        Rows are read before the cluster is asked, so a task that started in between is not taken for an orphan.
        """
        now = self._clock()
        rows = list(self._repository.all())
        running = self._cluster.running()
        reaped = Reaped()
        for task in rows:
            if task.task_id not in running:
                if self._is_gone(task, now) and self._repository.take_out(task):
                    reaped.forgotten += 1
            elif task.is_expired(now) and self._repository.take_out(task):
                self._cluster.stop(task.task_id, "idle" if task.status is TaskStatus.IDLE else "lease ran out")
                reaped.stopped += 1
        known = {task.task_id for task in rows}
        for task_id, created_at in running.items():
            if task_id not in known and now - created_at >= ORPHAN_SECONDS:
                self._cluster.stop(task_id, "not in the task table")
                reaped.orphans += 1
        return reaped

    def _is_gone(self, task: AgentTask, now: float) -> bool:
        """Of a task that is not listed. Should it run all the same, it is an orphan at the next look."""
        settled = now - task.started_at >= SETTLING_SECONDS
        return settled and (task.status is TaskStatus.IDLE or task.is_expired(now))
