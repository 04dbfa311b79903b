"""Agents' tasks on ECS Fargate: one task definition per image. Tasks have no role and no outbound network access.

Calls go through a small function inside the network, the only client that may reach a task.
"""

import json
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from shared.adapters.ecs_cluster import EcsCluster, read_error_code
from shared.runs.tasks import (
    MAX_REPLY_BYTES,
    TASK_PORT,
    AgentTask,
    RunnableAgent,
    TaskBusy,
    TaskError,
    TaskGone,
    TaskNotReady,
    TaskRefused,
    TaskUse,
    name_family,
)
from shared.values import Json

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_lambda import LambdaClient

CONTAINER = "agent"
CPU, MEMORY_MIB, TMP_MIB = "256", "512", 64
_TMP = {"containerPath": "/tmp", "size": TMP_MIB, "mountOptions": ["nosuid", "nodev", "noexec"]}  # noqa: S108
MAKES_ROOM = 503
"""The status of a task that ran nothing: it serves another run, and its successor will serve this run."""

POLL_FIRST_SECONDS, POLL_MOST_SECONDS = 0.005, 2.0
POLL_SHARE = 0.2
"""The pause before the next look, as a share of the time waited so far: it suits quick and slow starts."""

_REFUSALS = frozenset(
    {
        "AccessDeniedException",
        "UnsupportedFeatureException",
        "InvalidParameterException",
        "ClusterNotFoundException",
        "BlockedException",
    }
)
_UNKNOWN = ("not found", "is inactive", "unable to describe task definition")
_ENDING = frozenset({"DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"})
_ARCHITECTURES = {"aarch64": "ARM64", "arm64": "ARM64", "x86_64": "X86_64"}


@dataclass(frozen=True)
class Network:
    """Where tasks run: cluster, isolated subnets, their security group, and the role with which ECS pulls the image."""

    cluster: str
    subnets: Sequence[str]
    security_group: str
    execution_role: str


class EcsTaskRunner:
    """Implements `TaskRunner` of `shared.runs.tasks`.

    `correlation_id` links the log lines of a call to its caller. A run's id must not be used for this, since a demo's
    id is the token that opens its result.
    """

    def __init__(
        self,
        *,
        ecs: "ECSClient",
        invoker: "LambdaClient",
        network: Network,
        repository: str,
        forward_function: str,
        correlation_id: Callable[[], str | None] = lambda: None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ecs = ecs
        self._cluster = EcsCluster(ecs, network.cluster)
        self._invoker = invoker
        self._network = network
        self._repository = repository
        self._forward_function = forward_function
        self._correlation_id = correlation_id
        self._sleep = sleep
        self._clock = clock

    def start(self, agent: RunnableAgent, nonce: str, use: TaskUse = TaskUse.ANY_RUN) -> str:
        try:
            started = self._run(agent, nonce, use)
        except ClientError as error:
            raise _start_error(error) from error
        except BotoCoreError as error:
            raise TaskNotReady(f"ECS does not answer: {error}") from error
        if not started.get("tasks"):
            reasons = [str(failure.get("reason")) for failure in started.get("failures", [])]
            raise TaskNotReady(f"ECS started no task: {', '.join(reasons) or 'no reason given'}")
        return str(started["tasks"][0]["taskArn"])

    def wait(self, task_id: str, nonce: str, seconds: float) -> str:
        """Wait until ECS reports the task as running and its server answers: the server listens later than ECS
        reports.
        """
        started = self._clock()
        while True:
            state, address = self._look(task_id)
            if address and self._answers(address, nonce):
                return address
            waited = self._clock() - started
            pause = min(max(waited * POLL_SHARE, POLL_FIRST_SECONDS), POLL_MOST_SECONDS)
            if waited + pause > seconds:
                raise TaskNotReady(f"no task came up within {seconds:g} s: {state}")
            self._sleep(pause)

    def _look(self, task_id: str) -> tuple[str, str]:
        """The status of a starting task, and its address once it has one.

        Information that ECS lacks now may be there at the next look. Raises TaskNotReady if the task stopped.
        """
        try:
            task = self._cluster.task(task_id)
        except TaskNotReady as unanswered:
            return str(unanswered), ""
        if task is None:
            return "ECS does not know it yet", ""
        status = task.get("lastStatus", "UNKNOWN")
        if status in _ENDING:
            raise TaskNotReady(f"the task stopped before it ran: {task.get('stoppedReason', 'no reason given')}")
        address = _read_address(task) if status == "RUNNING" else ""
        return f"it is {status}" + (", but does not answer" if address else ""), address

    def runs(self, task_id: str) -> bool:
        task = self._cluster.task(task_id)
        return task is not None and task.get("lastStatus") == "RUNNING"

    def _answers(self, address: str, nonce: str) -> bool:
        request = {
            "address": address,
            "port": TASK_PORT,
            "path": "/health",
            "nonce": nonce,
            "body": "",
            "timeout_seconds": 2,
            "correlation_id": self._correlation_id() or "",
        }
        try:
            return self._forward(request).get("status") == 200
        except TaskError:
            return False

    def call(self, task: AgentTask, body: Json, seconds: float) -> bytes:
        request = {
            "address": task.address,
            "port": task.port,
            "path": "/run",
            "nonce": task.nonce,
            "body": json.dumps(body, separators=(",", ":")),
            "timeout_seconds": seconds,
            "correlation_id": self._correlation_id() or "",
        }
        answer = self._forward(request)
        if answer.get("status") == MAKES_ROOM:
            answer = self._forward(request)
        match answer.get("status"):
            case 200 | 400 | 413:
                return str(answer.get("body", "")).encode()[: MAX_REPLY_BYTES + 1]
            case 403:
                raise TaskGone("another task answers at this address")
            case 409:
                raise TaskBusy("the task is serving another call")
            case status:
                raise TaskGone(f"the task cannot be reached: {answer.get('reason') or status}")

    def stop(self, task_id: str, reason: str) -> None:
        self._cluster.stop(task_id, reason)

    def _run(self, agent: RunnableAgent, nonce: str, use: TaskUse) -> Any:
        """Run a task, and register the image's definition if ECS does not know it. Two registrations at once make two
        equal definitions."""
        name = name_family(agent, self._network.cluster)
        try:
            return self._run_task(name, nonce, use)
        except ClientError as error:
            if not _definition_may_be_unknown(error):
                raise
        registered = self._ecs.register_task_definition(**cast(Any, self._find_definition(agent)))
        # By its ARN, since the family may take a moment to be known everywhere.
        return self._run_task(registered["taskDefinition"].get("taskDefinitionArn", name), nonce, use)

    def _run_task(self, definition: str, nonce: str, use: TaskUse) -> Any:
        return self._ecs.run_task(
            cluster=self._network.cluster,
            taskDefinition=definition,
            launchType="FARGATE",
            startedBy=use.value,
            count=1,
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": list(self._network.subnets),
                    "securityGroups": [self._network.security_group],
                    "assignPublicIp": "DISABLED",
                }
            },
            overrides={
                "containerOverrides": [{"name": CONTAINER, "environment": [{"name": "MAM_TASK_NONCE", "value": nonce}]}]
            },
        )

    def _find_definition(self, agent: RunnableAgent) -> dict[str, Any]:
        return {
            "family": name_family(agent, self._network.cluster),
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": CPU,
            "memory": str(MEMORY_MIB),
            "executionRoleArn": self._network.execution_role,
            "runtimePlatform": {
                "operatingSystemFamily": "LINUX",
                "cpuArchitecture": _ARCHITECTURES[platform.machine()],
            },
            "containerDefinitions": [
                {
                    "name": CONTAINER,
                    "image": f"{self._find_registry_host()}/{self._repository}@{agent.image_digest}",
                    "essential": True,
                    "user": "10001:10001",
                    "readonlyRootFilesystem": True,
                    "portMappings": [{"containerPort": 8080, "protocol": "tcp"}],
                    "linuxParameters": {
                        "initProcessEnabled": False,
                        "capabilities": {"drop": ["ALL"]},
                        "tmpfs": [_TMP],
                    },
                }
            ],
            "tags": [{"key": "agent", "value": f"{agent.slug}:{agent.version}"}],
        }

    def _find_registry_host(self) -> str:
        """The host name of the account's ECR registry. The account is that of the execution role."""
        partition, account = self._network.execution_role.split(":")[1], self._network.execution_role.split(":")[4]
        suffix = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
        return f"{account}.dkr.ecr.{self._ecs.meta.region_name}.{suffix}"

    def _forward(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request to the task once. It may have run even after an error, so the caller decides whether
        to retry.
        """
        try:
            answer = self._invoker.invoke(FunctionName=self._forward_function, Payload=json.dumps(request).encode())
        except (EndpointConnectionError, ConnectTimeoutError) as error:
            raise TaskNotReady(f"the forwarding function cannot be invoked: {error}") from error
        except ReadTimeoutError as error:
            raise TaskGone("the task did not answer in time") from error
        except ClientError as error:
            raise TaskNotReady(f"the forwarding function cannot be invoked: {error}") from error
        payload = json.loads(answer["Payload"].read())
        if answer.get("FunctionError") or not isinstance(payload, dict):
            reason = str(payload)[:300] if payload else "no answer"
            raise TaskNotReady(f"the forwarding function failed: {reason}")
        return cast("dict[str, Any]", payload)


def _definition_may_be_unknown(error: ClientError) -> bool:
    """Whether the error can mean an unknown definition. IAM denies such a family, which has no ARN that a role could
    allow, before ECS finds it missing.
    """
    if read_error_code(error) == "AccessDeniedException":
        return True
    return read_error_code(error) == "ClientException" and any(said in str(error).lower() for said in _UNKNOWN)


def _start_error(error: ClientError) -> Exception:
    if read_error_code(error) in _REFUSALS:
        return TaskRefused(str(error))
    return TaskNotReady(str(error))


def _read_address(task: Any) -> str:
    for attachment in task.get("attachments", []):
        for detail in attachment.get("details", []):
            if detail.get("name") == "privateIPv4Address":
                return str(detail["value"])
    return ""
