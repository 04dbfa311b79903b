"""What ECS remembers: clusters, task definitions, tasks. Kept in one file, written whole; tasks end with the
process."""

import json
import time
from pathlib import Path
from typing import Any

Record = dict[str, Any]
KEPT_SECONDS = 3600.0
REGION_ACCOUNT = "us-east-1:000000000000"


class Records:
    def __init__(self, file: Path, cluster: str) -> None:
        self._file = file
        stored: Record = json.loads(file.read_text()) if file.exists() else {}
        self.clusters: list[str] = stored.get("clusters", [cluster])
        self.definitions: dict[str, list[Record]] = stored.get("definitions", {})
        self.tasks: dict[str, Record] = stored.get("tasks", {})
        for task in self.tasks.values():
            if task["lastStatus"] != "STOPPED":
                stopped(task, "TerminationNotice", "The host of this task was restarted", None)
        self.save()

    def save(self) -> None:
        """A stopped task is remembered for an hour, as ECS does."""
        old = time.time() - KEPT_SECONDS
        self.tasks = {arn: task for arn, task in self.tasks.items() if task.get("stoppedAt", time.time()) > old}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"clusters": self.clusters, "definitions": self.definitions, "tasks": self.tasks}))
        new.replace(self._file)

    def definition(self, reference: str) -> Record | None:
        """By `family`, `family:revision` or ARN; the newest active revision if none is named."""
        family, _, revision = reference.rpartition("/")[2].partition(":")
        for one in reversed(self.definitions.get(family, [])):
            if (str(one["revision"]) == revision) if revision else one["status"] == "ACTIVE":
                return one
        return None


def arn(kind: str, name: str) -> str:
    return f"arn:aws:ecs:{REGION_ACCOUNT}:{kind}/{name}"


def stopped(task: Record, code: str, reason: str, exit_code: int | None) -> None:
    now = time.time()
    task.update(lastStatus="STOPPED", desiredStatus="STOPPED", stopCode=code, stoppedReason=reason, stoppedAt=now)
    task.update(stoppingAt=now, executionStoppedAt=now)
    for container in task["containers"]:
        container["lastStatus"] = "STOPPED"
        if exit_code is not None:
            container["exitCode"] = exit_code
