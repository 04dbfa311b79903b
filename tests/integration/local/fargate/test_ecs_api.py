"""The ECS stand-in as boto3 meets it: what the product calls works, what ECS would refuse is refused in its words."""

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import uvicorn
from botocore.exceptions import ClientError

from local.fargate.ecs_api import Ecs
from local.fargate.images import ImageUnusable
from local.fargate.isolation import Isolation
from local.fargate.modes import TaskMode
from local.fargate.records import Records
from local.fargate.server import Server

DEFINITION: dict[str, Any] = {
    "family": "mam-agent-watcher-1",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "executionRoleArn": "arn:aws:iam::000000000000:role/mam",
    "containerDefinitions": [{"name": "agent", "image": "host/agents@sha256:0", "readonlyRootFilesystem": True}],
}
RUN: dict[str, Any] = {
    "cluster": "mam-agents",
    "taskDefinition": "mam-agent-watcher-1",
    "launchType": "FARGATE",
    "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
    "overrides": {"containerOverrides": [{"name": "agent", "environment": [{"name": "MAM_TASK_NONCE", "value": "n"}]}]},
}


class FakeHost:
    limits, prepared = "none", 2

    def __init__(self) -> None:
        self.running: dict[str, tuple[Mapping[str, str], Callable[[int], None]]] = {}
        self.one_run: list[bool] = []
        self.stopped: list[str] = []
        self.fails: Exception | None = None

    async def run(
        self, name: str, image: Any, environment: Mapping[str, str], ended: Callable[[int], None], *, one_run: bool
    ) -> str:
        if self.fails:
            raise self.fails
        self.one_run.append(one_run)
        self.running[name] = (environment, ended)
        return f"127.64.0.{len(self.running)}"

    def stop(self, name: str) -> int:
        self.stopped.append(name)
        return -9

    def close(self) -> None:
        self.stopped += list(self.running)


class FakeImages:
    unusable = ""

    def known(self, reference: str) -> Any:
        return None

    def pull(self, reference: str) -> Any:
        if self.unusable:
            raise ImageUnusable(self.unusable)
        return object()


class Running:
    """The stand-in in a thread of its own, and a client of it."""

    def __init__(self, folder: Path, isolation: Isolation) -> None:
        self.host, self.images = FakeHost(), FakeImages()
        self.file = folder / "ecs.json"
        self.ecs = Ecs(Records(self.file, "mam-agents"), self.images, self.host, isolation, 0.0)  # type: ignore[arg-type]
        app = Server(self.ecs, self.host, isolation)  # type: ignore[arg-type]
        self.server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_level="warning"))
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.005)
        self.url = f"http://127.0.0.1:{self.server.servers[0].sockets[0].getsockname()[1]}"
        self.client = boto3.client("ecs", endpoint_url=self.url)

    def started(self, **changes: Any) -> str:
        self.client.register_task_definition(**DEFINITION)
        return self.client.run_task(**{**RUN, **changes})["tasks"][0]["taskArn"]

    def until(self, task: str, status: str) -> Any:
        for _ in range(400):
            found = self.client.describe_tasks(cluster="mam-agents", tasks=[task])["tasks"][0]
            if found["lastStatus"] == status:
                return found
            time.sleep(0.005)
        raise AssertionError(found)

    def mode(self, **mode: Any) -> None:
        request = urllib.request.Request(f"{self.url}/_standin/mode", json.dumps(mode).encode(), method="PUT")
        with urllib.request.urlopen(request) as answer:
            assert answer.status == 200

    def close(self) -> None:
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path, Isolation(bwrap="/usr/bin/bwrap"))
    yield made
    made.close()


def refused(call: Callable[[], Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_a_task_runs_has_an_address_and_is_stopped(running: Running) -> None:
    task = running.started()
    found = running.until(task, "RUNNING")
    details = {detail["name"]: detail["value"] for detail in found["attachments"][0]["details"]}
    assert details["privateIPv4Address"] == "127.64.0.1"
    assert running.client.list_tasks(cluster="mam-agents")["taskArns"] == [task]
    stopped = running.client.stop_task(cluster="mam-agents", task=task, reason="done")["task"]
    assert (stopped["lastStatus"], stopped["stopCode"], stopped["stoppedReason"]) == (
        "STOPPED",
        "UserInitiated",
        "done",
    )
    assert running.host.stopped == [task]
    assert running.client.list_tasks(cluster="mam-agents")["taskArns"] == []


def test_a_task_gets_its_overrides(running: Running) -> None:
    task = running.started()
    running.until(task, "RUNNING")
    assert running.host.running[task][0] == {"MAM_TASK_NONCE": "n"}


def test_a_task_that_ends_by_itself_is_stopped_with_its_exit_code(running: Running) -> None:
    task = running.started()
    running.until(task, "RUNNING")
    running.host.running[task][1](-9)
    found = running.until(task, "STOPPED")
    assert (found["stopCode"], found["containers"][0]["exitCode"]) == ("EssentialContainerExited", 137)


def test_an_image_that_cannot_be_pulled_stops_the_task_with_the_reason(running: Running) -> None:
    running.images.unusable = "CannotPullContainerError: not in the repository"
    found = running.until(running.started(), "STOPPED")
    assert (found["stopCode"], found["stoppedReason"]) == ("TaskFailedToStart", running.images.unusable)


def test_a_sandbox_that_does_not_start_stops_the_task_with_the_reason(running: Running) -> None:
    running.host.fails = OSError("no more processes")
    assert "no more processes" in running.until(running.started(), "STOPPED")["stoppedReason"]


def test_a_task_that_starts_slowly_can_be_stopped_before_it_runs(running: Running) -> None:
    running.ecs.start_seconds = 0.3
    task = running.started()
    assert running.until(task, "PENDING")["desiredStatus"] == "RUNNING"
    assert running.client.stop_task(cluster="mam-agents", task=task)["task"]["desiredStatus"] == "STOPPED"
    running.until(task, "STOPPED")
    assert running.host.running == {}


def test_a_task_can_be_unknown_for_a_while_although_it_runs(running: Running) -> None:
    running.mode(mode="unknown", seconds=0.5, times=1)
    task = running.started()
    found = running.client.describe_tasks(cluster="mam-agents", tasks=[task])
    assert (found["tasks"], found["failures"]) == ([], [{"arn": task, "reason": "MISSING"}])
    assert running.client.list_tasks(cluster="mam-agents")["taskArns"] == []
    assert refused(lambda: running.client.stop_task(cluster="mam-agents", task=task))[0] == "InvalidParameterException"
    time.sleep(0.5)
    running.until(task, "RUNNING")
    assert running.client.list_tasks(cluster="mam-agents")["taskArns"] == [task]
    running.until(running.started(), "RUNNING")


def test_tasks_can_stop_while_they_start(running: Running) -> None:
    running.mode(mode="stops_while_starting", times=2)
    for _ in range(2):
        found = running.until(running.started(), "STOPPED")
        assert found["stopCode"] == "TaskFailedToStart"
        assert found["stoppedReason"].startswith("ResourceInitializationError")
        assert "startedAt" not in found
    assert running.host.running == {}
    running.until(running.started(), "RUNNING")


def test_there_can_be_no_capacity_for_some_tasks(running: Running) -> None:
    running.client.register_task_definition(**DEFINITION)
    running.mode(mode="no_capacity", times=1)
    answer = running.client.run_task(**RUN)
    assert answer["tasks"] == []
    assert "Capacity is unavailable" in answer["failures"][0]["reason"]
    assert len(running.client.run_task(**RUN)["tasks"]) == 1


def test_a_start_can_take_its_time(running: Running) -> None:
    running.mode(mode="slow_start", seconds=0.4, times=1)
    slow, quick = running.started(), running.started()
    running.until(quick, "RUNNING")
    assert running.client.describe_tasks(cluster="mam-agents", tasks=[slow])["tasks"][0]["lastStatus"] == "PENDING"
    running.until(slow, "RUNNING")


def test_modes_are_as_bad_as_fargate_unless_told_otherwise() -> None:
    assert TaskMode(mode="unknown").unknown_seconds == 10
    assert TaskMode(mode="slow_start").start_seconds(usual=0) == 45
    assert TaskMode(mode="unknown").start_seconds(usual=0.1) == 0.1
    assert TaskMode().unknown_seconds == 0


@pytest.mark.parametrize("mode", [{"mode": "broken"}, {"mode": "unknown", "times": 0}, {"seconds": -1}, {"start": 3}])
def test_a_mode_that_does_not_exist_is_refused_and_changes_nothing(running: Running, mode: dict[str, Any]) -> None:
    running.mode(mode="slow_start", seconds=1)
    with pytest.raises(urllib.error.HTTPError) as caught:
        running.mode(**mode)
    assert caught.value.code == 422
    with urllib.request.urlopen(f"{running.url}/_standin/mode") as response:
        assert json.loads(response.read()) == {"mode": "slow_start", "seconds": 1.0, "times": None}


def test_the_same_client_token_is_the_same_task(running: Running) -> None:
    assert running.started(clientToken="t") == running.client.run_task(**RUN, clientToken="t")["tasks"][0]["taskArn"]


def test_a_task_keeps_its_runs_apart_unless_it_was_started_for_one_claim(running: Running) -> None:
    for started in ({}, {"startedBy": "any-run"}, {"startedBy": "one-claim"}):
        running.until(running.started(**started), "RUNNING")
    assert running.host.one_run == [True, True, False]


def test_definitions_have_revisions_and_the_newest_active_one_runs(running: Running) -> None:
    client = running.client
    for number in (1, 2):
        definition = client.register_task_definition(**DEFINITION)["taskDefinition"]
        assert definition["revision"] == number
    client.deregister_task_definition(taskDefinition=f"{DEFINITION['family']}:2")
    assert client.describe_task_definition(taskDefinition=DEFINITION["family"])["taskDefinition"]["revision"] == 1
    found = client.describe_task_definition(taskDefinition=definition["taskDefinitionArn"])["taskDefinition"]
    assert found["status"] == "INACTIVE"
    assert refused(lambda: client.run_task(**{**RUN, "taskDefinition": "unknown"})) == (
        "ClientException", "TaskDefinition not found.",
    )  # fmt: skip


def test_what_does_not_exist_is_told_in_ecs_words(running: Running) -> None:
    client = running.client
    assert refused(lambda: client.list_tasks(cluster="other"))[0] == "ClusterNotFoundException"
    assert refused(lambda: client.stop_task(cluster="mam-agents", task="arn:none"))[0] == "InvalidParameterException"
    missing = client.describe_tasks(cluster="mam-agents", tasks=["arn:none"])
    assert missing["failures"] == [{"arn": "arn:none", "reason": "MISSING"}]


@pytest.mark.parametrize(
    "change",
    [
        {"networkMode": "bridge"},
        {"requiresCompatibilities": ["EC2"]},
        {"executionRoleArn": ""},
        {"cpu": "300"},
        {"memory": "100"},
        {"taskRoleArn": "arn:aws:iam::000000000000:role/powerful"},
        {"containerDefinitions": []},
        {"containerDefinitions": [{"name": "agent", "image": "x"}]},
        {"containerDefinitions": [{"name": "agent", "image": "x", "readonlyRootFilesystem": True, "privileged": True}]},
        {"family": "no spaces"},
    ],
    ids=str,
)
def test_a_definition_that_fargate_or_the_design_does_not_allow_is_refused(
    running: Running, change: dict[str, Any]
) -> None:
    assert refused(lambda: running.client.register_task_definition(**{**DEFINITION, **change}))[0] in {
        "ClientException", "InvalidParameterException",
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"networkConfiguration": {}},
        {"count": 11},
        {"overrides": {"containerOverrides": [{"name": "agent", "command": ["sh"]}]}},
        {"overrides": {"containerOverrides": [{"name": "other"}]}},
    ],
    ids=str,
)
def test_a_task_that_ecs_would_not_start_is_refused(running: Running, change: dict[str, Any]) -> None:
    running.client.register_task_definition(**DEFINITION)
    assert refused(lambda: running.client.run_task(**{**RUN, **change}))[0] == "InvalidParameterException"
    assert running.host.running == {}


def test_clusters_are_created_and_described(running: Running) -> None:
    client = running.client
    client.create_cluster(clusterName="second")
    found = client.describe_clusters(clusters=["second", "third"])
    assert [one["clusterName"] for one in found["clusters"]] == ["second"]
    assert found["failures"][0]["reason"] == "MISSING"


def test_operations_that_the_product_does_not_use_are_refused_by_name(running: Running) -> None:
    code, message = refused(lambda: running.client.create_service(serviceName="x"))
    assert code == "UnknownOperationException"
    assert "CreateService" in message


def test_a_request_that_is_none_does_no_harm(running: Running) -> None:
    for body in (b"{", b"[]", b"\xff"):
        request = urllib.request.Request(running.url, data=body, headers={"X-Amz-Target": "X.RunTask"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request)
        assert caught.value.code == 400
    assert running.client.list_tasks(cluster="mam-agents")["taskArns"] == []


def test_tasks_of_before_a_restart_are_stopped_and_definitions_are_kept(tmp_path: Path) -> None:
    before = Running(tmp_path, Isolation(bwrap="/usr/bin/bwrap"))
    task = before.started()
    before.until(task, "RUNNING")
    before.close()
    after = Running(tmp_path, Isolation(bwrap="/usr/bin/bwrap"))
    found = after.until(task, "STOPPED")
    assert (found["stopCode"], found["stoppedReason"]) == ("TerminationNotice", "The host of this task was restarted")
    assert after.client.run_task(**RUN)["tasks"]
    after.close()


def test_where_nothing_isolates_no_task_runs_and_the_way_out_is_told(tmp_path: Path) -> None:
    closed = Running(
        tmp_path, Isolation(problem="bubblewrap (bwrap) is not installed", fix="apt-get install bubblewrap")
    )
    closed.client.register_task_definition(**DEFINITION)
    code, message = refused(lambda: closed.client.run_task(**RUN))
    assert code == "UnsupportedFeatureException"
    assert "not installed. apt-get install bubblewrap" in message
    assert closed.host.running == {}
    with urllib.request.urlopen(f"{closed.url}/_standin/health") as response:
        assert json.loads(response.read())["status"] == "refusing"
    closed.close()
