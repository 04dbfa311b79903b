"""The operations of ECS that start, find and stop tasks, over the task host. Requests and answers as the SDKs spell
them."""

import asyncio
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from local.fargate.definitions import environment_of, registered
from local.fargate.ecs_errors import ClusterNotFound, EcsError, InvalidParameter, UnsupportedFeature
from local.fargate.images import Image, Images, ImageUnusable
from local.fargate.isolation import Isolation
from local.fargate.modes import DID_NOT_START, NO_CAPACITY, TaskMode
from local.fargate.records import Record, Records, arn, stopped
from local.fargate.task_host import TaskHost
from local.standins.mode_switch import ModeSwitch
from shared.runs.tasks import TaskUse

MOST_TASKS = 50
_NAME = re.compile(r"^[A-Za-z0-9_-]{1,255}$")


class Ecs:
    """`start_seconds`: how long a task stays PENDING before it runs; Fargate takes 30 to 60."""

    def __init__(
        self, records: Records, images: Images, host: TaskHost, isolation: Isolation, start_seconds: float
    ) -> None:
        self._records = records
        self._images = images
        self._host = host
        self._isolation = isolation
        self.start_seconds = start_seconds
        self.modes = ModeSwitch(TaskMode())
        self._unknown_until: dict[str, float] = {}
        self._starting: set[asyncio.Task[None]] = set()
        self._tokens: dict[str, list[str]] = {}
        self.operations: dict[str, Callable[[Record], Any]] = {
            "CreateCluster": self._create_cluster,
            "DescribeClusters": self._describe_clusters,
            "DeleteCluster": self._delete_cluster,
            "RegisterTaskDefinition": self._register,
            "DescribeTaskDefinition": self._describe_definition,
            "DeregisterTaskDefinition": self._deregister,
            "ListTaskDefinitions": self._list_definitions,
            "RunTask": self._run,
            "DescribeTasks": self._describe,
            "ListTasks": self._list,
            "StopTask": self._stop,
        }

    def close(self) -> None:
        for starting in self._starting:
            starting.cancel()
        self._host.close()
        for task in self._records.tasks.values():
            if task["lastStatus"] != "STOPPED":
                stopped(task, "TerminationNotice", "The host of this task was stopped", None)
        self._records.save()

    def _create_cluster(self, request: Record) -> Record:
        name = request.get("clusterName", "default")
        if not _NAME.match(name):
            raise InvalidParameter("The cluster's name may hold letters, digits, hyphens and underscores")
        if name not in self._records.clusters:
            self._records.clusters.append(name)
            self._records.save()
        return {"cluster": self._cluster_record(name)}

    def _describe_clusters(self, request: Record) -> Record:
        asked = [name.rpartition("/")[2] for name in request.get("clusters", ["default"])]
        known = self._records.clusters
        return {
            "clusters": [self._cluster_record(name) for name in asked if name in known],
            "failures": [{"arn": arn("cluster", name), "reason": "MISSING"} for name in asked if name not in known],
        }

    def _delete_cluster(self, request: Record) -> Record:
        name = self._cluster(request)
        self._records.clusters.remove(name)
        self._records.save()
        return {"cluster": {**self._cluster_record(name), "status": "INACTIVE"}}

    def _cluster_record(self, name: str) -> Record:
        tasks = [task for task in self._records.tasks.values() if task["clusterArn"] == arn("cluster", name)]
        return {
            "clusterArn": arn("cluster", name),
            "clusterName": name,
            "status": "ACTIVE",
            "runningTasksCount": sum(task["lastStatus"] == "RUNNING" for task in tasks),
            "pendingTasksCount": sum(task["lastStatus"] in {"PROVISIONING", "PENDING"} for task in tasks),
        }

    def _cluster(self, request: Record) -> str:
        name = str(request.get("cluster", "default")).rpartition("/")[2]
        if name not in self._records.clusters:
            raise ClusterNotFound("Cluster not found.")
        return name

    def _register(self, request: Record) -> Record:
        revisions = self._records.definitions.setdefault(str(request.get("family", "")), [])
        definition = registered(request, len(revisions) + 1)
        revisions.append(definition)
        self._records.save()
        return {"taskDefinition": definition, "tags": request.get("tags", [])}

    def _definition(self, request: Record) -> Record:
        definition = self._records.definition(str(request.get("taskDefinition", "")))
        if definition is None:
            raise EcsError("TaskDefinition not found.")
        return definition

    def _describe_definition(self, request: Record) -> Record:
        return {"taskDefinition": self._definition(request), "tags": []}

    def _deregister(self, request: Record) -> Record:
        definition = self._definition(request)
        definition.update(status="INACTIVE", deregisteredAt=time.time())
        self._records.save()
        return {"taskDefinition": definition}

    def _list_definitions(self, request: Record) -> Record:
        prefix, status = request.get("familyPrefix"), request.get("status", "ACTIVE")
        return {
            "taskDefinitionArns": [
                one["taskDefinitionArn"]
                for family, revisions in self._records.definitions.items()
                for one in revisions
                if one["status"] == status and (prefix is None or family == prefix)
            ]
        }

    def _run(self, request: Record) -> Record:
        cluster, definition = self._cluster(request), self._definition(request)
        self._refuse_unless_isolated()
        if definition["status"] != "ACTIVE":
            raise EcsError("TaskDefinition is inactive")
        if not request.get("networkConfiguration", {}).get("awsvpcConfiguration", {}).get("subnets"):
            raise InvalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
        count = int(request.get("count", 1))
        if not 1 <= count <= 10:
            raise InvalidParameter("count must be between 1 and 10")
        token = str(request.get("clientToken", ""))
        if token and token in self._tokens:
            return self._answer([self._records.tasks[one] for one in self._tokens[token] if one in self._records.tasks])
        alive = sum(task["lastStatus"] != "STOPPED" for task in self._records.tasks.values())
        if alive + count > MOST_TASKS:
            return _none("RESOURCE:MEMORY", f"{MOST_TASKS} tasks run here at most")
        mode = self.modes.for_answer()
        if mode.mode == "no_capacity":
            return _none(NO_CAPACITY)
        tasks = [self._begin(request, definition, cluster, mode) for _ in range(count)]
        if token:
            self._tokens[token] = [task["taskArn"] for task in tasks]
        self._records.save()
        return self._answer(tasks)

    def _answer(self, tasks: list[Record]) -> Record:
        return {"tasks": [dict(task) for task in tasks], "failures": []}

    def _refuse_unless_isolated(self) -> None:
        if not self._isolation.holds:
            problem, fix = self._isolation.problem, self._isolation.fix
            raise UnsupportedFeature(f"Agents are not run here without a sandbox: {problem}. {fix}")

    def _begin(self, request: Record, definition: Record, cluster: str, mode: TaskMode) -> Record:
        number, now = uuid.uuid4().hex, time.time()
        container = definition["containerDefinitions"][0]
        task: Record = {
            "taskArn": arn("task", f"{cluster}/{number}"),
            "clusterArn": arn("cluster", cluster),
            "taskDefinitionArn": definition["taskDefinitionArn"],
            "group": request.get("group", f"family:{definition['family']}"),
            "startedBy": request.get("startedBy", ""),
            "launchType": "FARGATE",
            "cpu": definition["cpu"],
            "memory": definition["memory"],
            "lastStatus": "PROVISIONING",
            "desiredStatus": "RUNNING",
            "createdAt": now,
            "attachments": [
                {"id": uuid.uuid4().hex, "type": "ElasticNetworkInterface", "status": "PRECREATED", "details": []}
            ],
            "containers": [{"name": container["name"], "image": container["image"], "lastStatus": "PENDING"}],
        }
        environment = environment_of(container, request.get("overrides", {}))
        self._records.tasks[task["taskArn"]] = task
        if mode.unknown_seconds:
            self._unknown_until[task["taskArn"]] = now + mode.unknown_seconds
        starting = asyncio.get_running_loop().create_task(self._bring_up(task, container["image"], environment, mode))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        return task

    async def _bring_up(self, task: Record, reference: str, environment: dict[str, str], mode: TaskMode) -> None:
        task["lastStatus"] = "PENDING"
        try:
            image: Image = self._images.known(reference) or await asyncio.to_thread(self._images.pull, reference)
            await asyncio.sleep(mode.start_seconds(self.start_seconds))
            if mode.mode == "stops_while_starting":
                stopped(task, "TaskFailedToStart", DID_NOT_START, None)
                return
            if task["desiredStatus"] == "STOPPED":
                stopped(task, "UserInitiated", task.get("stoppedReason", ""), None)
                return
            address = await self._host.run(
                task["taskArn"],
                image,
                environment,
                lambda code: self._over(task, code),
                one_run=task["startedBy"] != TaskUse.ONE_CLAIM,
            )
            self._is_up(task, address)
        except ImageUnusable as wrong:
            stopped(task, "TaskFailedToStart", str(wrong), None)
        except Exception as wrong:
            stopped(task, "TaskFailedToStart", f"ResourceInitializationError: {type(wrong).__name__}: {wrong}", None)
        finally:
            self._records.save()

    def _is_up(self, task: Record, address: str) -> None:
        if task["desiredStatus"] == "STOPPED":
            stopped(task, "UserInitiated", task.get("stoppedReason", ""), self._host.stop(task["taskArn"]))
            return
        task.update(lastStatus="RUNNING", startedAt=time.time(), connectivity="CONNECTED")
        task["attachments"][0].update(status="ATTACHED", details=[{"name": "privateIPv4Address", "value": address}])
        task["containers"][0].update(
            lastStatus="RUNNING",
            networkInterfaces=[{"attachmentId": task["attachments"][0]["id"], "privateIpv4Address": address}],
        )

    def _over(self, task: Record, code: int) -> None:
        if task["lastStatus"] != "STOPPED":
            stopped(
                task, "EssentialContainerExited", "Essential container in task exited", 128 - code if code < 0 else code
            )
            self._records.save()

    def _describe(self, request: Record) -> Record:
        self._cluster(request)
        found: list[Record] = []
        missing: list[Record] = []
        for asked in request.get("tasks", []):
            task = self._find(request, asked)
            if task is None:
                missing.append({"arn": asked, "reason": "MISSING"})
            else:
                found.append(task)
        return {"tasks": found, "failures": missing}

    def _find(self, request: Record, asked: str) -> Record | None:
        name = asked if asked.startswith("arn:") else arn("task", f"{self._cluster(request)}/{asked}")
        return None if self._is_unknown(name) else self._records.tasks.get(name)

    def _is_unknown(self, name: str) -> bool:
        return time.time() < self._unknown_until.get(name, 0.0)

    def _list(self, request: Record) -> Record:
        cluster = arn("cluster", self._cluster(request))
        wanted = request.get("desiredStatus", "RUNNING")
        family = request.get("family")
        return {
            "taskArns": [
                task["taskArn"]
                for task in self._records.tasks.values()
                if task["clusterArn"] == cluster
                and not self._is_unknown(task["taskArn"])
                and task["desiredStatus"] == wanted
                and (family is None or f"task-definition/{family}:" in task["taskDefinitionArn"])
            ]
        }

    def _stop(self, request: Record) -> Record:
        self._cluster(request)
        task = self._find(request, str(request.get("task", "")))
        if task is None:
            raise InvalidParameter("The referenced task was not found.")
        if task["lastStatus"] == "RUNNING":
            reason = str(request.get("reason", "Task stopped by user"))
            task["desiredStatus"] = "STOPPED"
            stopped(task, "UserInitiated", reason, 137 if self._host.stop(task["taskArn"]) else 0)
        elif task["lastStatus"] != "STOPPED":
            task.update(desiredStatus="STOPPED", stoppedReason=str(request.get("reason", "Task stopped by user")))
        self._records.save()
        return {"task": task}


def _none(reason: str, detail: str = "") -> Record:
    return {"tasks": [], "failures": [{"reason": reason, "detail": detail}]}
