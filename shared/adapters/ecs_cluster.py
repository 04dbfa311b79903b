"""The ECS cluster of agents' tasks: lists them, describes one, and stops one."""

import math
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.runs.tasks import TaskNotReady

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_ecs.type_defs import TaskTypeDef

_AT_ONCE = 100
_PASSING = frozenset({"ThrottlingException", "ServerException"})


class EcsCluster:
    """Implements `TaskCluster` of `shared.runs.task_reaper`."""

    def __init__(self, ecs: "ECSClient", name: str) -> None:
        self._ecs = ecs
        self._name = name

    def task(self, task_id: str) -> "TaskTypeDef | None":
        """The task as ECS describes it. None if ECS does not know it yet (for some seconds after RunTask) or any more
        (an hour after it stopped). Raises TaskNotReady.
        """
        try:
            found = self._ecs.describe_tasks(cluster=self._name, tasks=[task_id])["tasks"]
        except (ClientError, BotoCoreError) as error:
            raise TaskNotReady(f"ECS does not answer: {error}") from error
        return found[0] if found else None

    def check(self) -> None:
        """One call that starts nothing. Raises TaskNotReady if no task can be started in the cluster now."""
        try:
            found = self._ecs.describe_clusters(clusters=[self._name])["clusters"]
        except (ClientError, BotoCoreError) as error:
            raise TaskNotReady(f"ECS does not answer: {error}") from error
        status = found[0].get("status") if found else "MISSING"
        if status != "ACTIVE":
            raise TaskNotReady(f"the cluster {self._name} is {status}")

    def running(self) -> dict[str, float]:
        """A task that is listed but cannot be described yet was created a moment ago: its time is infinity."""
        pages = self._ecs.get_paginator("list_tasks").paginate(cluster=self._name, desiredStatus="RUNNING")
        ids = [task_id for page in pages for task_id in page["taskArns"]]
        found = dict.fromkeys(ids, math.inf)
        for start in range(0, len(ids), _AT_ONCE):
            for task in self._ecs.describe_tasks(cluster=self._name, tasks=ids[start : start + _AT_ONCE])["tasks"]:
                task_id = task.get("taskArn", "")
                if task.get("lastStatus") == "STOPPED":
                    found.pop(task_id, None)
                elif "createdAt" in task:
                    found[task_id] = task["createdAt"].timestamp()
        return found

    def stop(self, task_id: str, reason: str) -> None:
        try:
            self._ecs.stop_task(cluster=self._name, task=task_id, reason=reason[:255])
        except BotoCoreError as error:
            raise TaskNotReady(f"ECS does not answer: {error}") from error
        except ClientError as error:
            if read_error_code(error) in _PASSING:
                raise TaskNotReady(f"ECS does not stop the task: {error}") from error
            if read_error_code(error) != "InvalidParameterException":
                raise


def read_error_code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
