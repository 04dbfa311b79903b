"""Stops tasks that nobody uses or that have no row, and deletes the rows of tasks that are gone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from shared.runs.tasks import START_SECONDS, AgentTask, AgentTasksRepository, TaskStatus

ORPHAN_SECONDS = START_SECONDS + 60
"""The longest time between starting a task and writing its row. An older task without a row never gets one."""
SETTLING_SECONDS = 60.0
"""A younger task may still be missing from the cluster's list, although it was seen running before its row was written.
"""


class TaskCluster(Protocol):
    def running(self) -> dict[str, float]:
        """Ids of all tasks of the cluster that run or are starting, with the time each was created (epoch seconds).

        A task whose creation time is not known yet was created a moment ago: its time is infinity.
        """
        ...

    def stop(self, task_id: str, reason: str) -> None:
        """Stop the task; do nothing if it is gone already."""
        ...


@dataclass
class Reaped:
    """How many tasks were `stopped`, how many rows of gone tasks `forgotten`, and how many tasks without a row
    stopped.
    """

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
        """Safe to run at any time and concurrently: a row that changed since it was read is left alone.

        Reads the rows before the cluster's tasks. A task without a row counts as an orphan only when it is old enough.
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
        """Whether a task that the cluster does not list is gone. If it runs after all, the next reaping stops it as an
        orphan.
        """
        settled = now - task.started_at >= SETTLING_SECONDS
        return settled and (task.status is TaskStatus.IDLE or task.is_expired(now))
