"""Tasks over ECS and the forwarding function: what is asked of them, and what their answers mean."""

import io
import json
import math
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError

from shared.adapters.agent_tasks import EcsTaskRunner, Network
from shared.adapters.ecs_cluster import EcsCluster
from shared.runs.tasks import (
    AgentTask,
    RunnableAgent,
    TaskBusy,
    TaskGone,
    TaskNotReady,
    TaskRefused,
    TaskStatus,
    TaskUse,
    name_family,
)

AGENT = RunnableAgent("watcher", 2, "sha256:" + "a" * 64)
NETWORK = Network("agents", ["subnet-1", "subnet-2"], "sg-1", "arn:aws:iam::123456789012:role/mam-agent-execution")
TASK = AgentTask(AGENT, "arn:task/1", "nonce", TaskStatus.BUSY, 0, 0, address="10.0.0.7")


def refusal(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "RunTask")


class FakeEcs:
    """Knows a family once it was registered; a task goes through `states` one DescribeTasks after the other."""

    def __init__(
        self,
        states: list[Any] | None = None,
        fails: Exception | None = None,
        unknown: Exception | None = None,
    ) -> None:
        self.registered: list[dict[str, Any]] = []
        self.unknown = unknown or refusal("ClientException", "TaskDefinition not found.")
        self.run: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self.states = states or []
        self.fails = fails
        self.failures: list[dict[str, str]] = []
        self.meta = type("Meta", (), {"region_name": "eu-central-1"})()

    def register_task_definition(self, **definition: Any) -> Any:
        self.registered.append(definition)
        return {"taskDefinition": {"taskDefinitionArn": f"arn:{definition['family']}:{len(self.registered)}"}}

    def run_task(self, **request: Any) -> Any:
        if self.fails:
            raise self.fails
        if not any(one["family"] in request["taskDefinition"] for one in self.registered):
            raise self.unknown
        self.run.append(request)
        return {"tasks": [] if self.failures else [{"taskArn": "arn:task/1"}], "failures": self.failures}

    def describe_tasks(self, **request: Any) -> Any:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, Exception):
            raise state
        missing = [] if state else [{"arn": request["tasks"][0], "reason": "MISSING"}]
        return {"tasks": [state] if state else [], "failures": missing}

    def stop_task(self, **request: Any) -> None:
        if self.fails:
            raise self.fails
        self.stopped.append(request["task"])


class FakeInvoker:
    def __init__(self, answer: Any, error: str = "") -> None:
        self.answer = answer
        self.error = error
        self.requests: list[Any] = []

    def invoke(self, **request: Any) -> Any:
        self.requests.append({**json.loads(request["Payload"]), "function": request["FunctionName"]})
        answer = self.answer.pop(0) if isinstance(self.answer, list) and self.answer else self.answer
        if isinstance(answer, Exception):
            raise answer
        return {
            "Payload": io.BytesIO(json.dumps(answer).encode()),
            **({"FunctionError": self.error} if self.error else {}),
        }


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def runner(ecs: FakeEcs | None = None, answer: Any = None, error: str = "") -> EcsTaskRunner:
    time = Time()
    return EcsTaskRunner(
        ecs=ecs or FakeEcs(),  # type: ignore[arg-type]
        invoker=FakeInvoker(answer, error),  # type: ignore[arg-type]
        network=NETWORK,
        repository="mam-agents",
        forward_function="mam-forward-to-task",
        sleep=time.sleep,
        clock=time.clock,
    )


def running(address: str = "10.0.0.7") -> dict[str, Any]:
    details = [{"name": "subnetId", "value": "subnet-1"}, {"name": "privateIPv4Address", "value": address}]
    return {"lastStatus": "RUNNING", "attachments": [{"type": "ElasticNetworkInterface", "details": details}]}


def test_the_first_task_of_an_image_registers_its_definition_and_the_next_one_does_not() -> None:
    ecs = FakeEcs()
    started = runner(ecs)
    assert started.start(AGENT, "nonce-1") == "arn:task/1"
    started.start(AGENT, "nonce-2")
    assert [one["family"] for one in ecs.registered] == [name_family(AGENT, "agents")]
    assert [one["taskDefinition"] for one in ecs.run] == [
        f"arn:{name_family(AGENT, 'agents')}:1",
        name_family(AGENT, "agents"),
    ]


def test_ecs_is_told_whom_a_task_serves() -> None:
    ecs = FakeEcs()
    started = runner(ecs)
    started.start(AGENT, "nonce-1")
    started.start(AGENT, "nonce-2", TaskUse.ONE_CLAIM)
    assert [one["startedBy"] for one in ecs.run] == ["any-run", "one-claim"]


@pytest.mark.parametrize(
    "unknown",
    [
        refusal("ClientException", "TaskDefinition not found."),
        refusal("ClientException", "TaskDefinition is inactive"),
        refusal("ClientException", "Unable to describe task definition."),
        refusal("AccessDeniedException", "is not authorized to perform: ecs:RunTask on resource: *"),
    ],
    ids=str,
)
def test_whatever_is_said_of_an_unknown_family_it_is_registered(unknown: ClientError) -> None:
    ecs = FakeEcs(unknown=unknown)
    assert runner(ecs).start(AGENT, "nonce") == "arn:task/1"
    assert [one["family"] for one in ecs.registered] == [name_family(AGENT, "agents")]


def test_a_role_that_may_start_nothing_is_refused_after_one_registration() -> None:
    ecs = FakeEcs(fails=refusal("AccessDeniedException", "is not authorized to perform: ecs:RunTask"))
    with pytest.raises(TaskRefused, match="not authorized"):
        runner(ecs).start(AGENT, "nonce")
    assert len(ecs.registered) == 1


def test_a_definition_is_as_closed_as_fargate_allows() -> None:
    ecs = FakeEcs()
    runner(ecs).start(AGENT, "nonce")
    definition = ecs.registered[0]
    container = definition["containerDefinitions"][0]
    assert container["image"] == f"123456789012.dkr.ecr.eu-central-1.amazonaws.com/mam-agents@{AGENT.image_digest}"
    assert "taskRoleArn" not in definition
    assert container["readonlyRootFilesystem"] is True
    assert container["user"] == "10001:10001"
    assert container["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert "environment" not in container
    assert "secrets" not in container


def test_what_a_task_prints_goes_nowhere_so_that_its_network_needs_no_way_to_logs() -> None:
    ecs = FakeEcs()
    runner(ecs).start(AGENT, "nonce")

    assert "logConfiguration" not in ecs.registered[0]["containerDefinitions"][0]


def test_a_task_gets_its_nonce_and_no_public_address() -> None:
    ecs = FakeEcs()
    runner(ecs).start(AGENT, "nonce-1")
    override = ecs.run[0]["overrides"]["containerOverrides"][0]
    assert override["environment"] == [{"name": "MAM_TASK_NONCE", "value": "nonce-1"}]
    assert ecs.run[0]["networkConfiguration"]["awsvpcConfiguration"] == {
        "subnets": ["subnet-1", "subnet-2"],
        "securityGroups": ["sg-1"],
        "assignPublicIp": "DISABLED",
    }


@pytest.mark.parametrize("code", ["ThrottlingException", "ServerException", "ClientException"])
def test_trouble_at_the_start_is_worth_a_retry(code: str) -> None:
    with pytest.raises(TaskNotReady):
        runner(FakeEcs(fails=refusal(code))).start(AGENT, "nonce")


@pytest.mark.parametrize("reason", ["RESOURCE:MEMORY", "RESOURCE:ENI", "Capacity is unavailable at this time", "AGENT"])
def test_no_capacity_is_worth_a_retry_and_says_so(reason: str) -> None:
    ecs = FakeEcs()
    ecs.failures = [{"reason": reason}]
    with pytest.raises(TaskNotReady, match=reason):
        runner(ecs).start(AGENT, "nonce")


def test_a_platform_that_cannot_isolate_refuses_for_good() -> None:
    with pytest.raises(TaskRefused, match="bubblewrap"):
        runner(FakeEcs(fails=refusal("UnsupportedFeatureException", "bubblewrap is not installed"))).start(
            AGENT, "nonce"
        )


def test_waiting_ends_when_the_task_runs_has_an_address_and_answers() -> None:
    pending = [{"lastStatus": "PROVISIONING"}, {"lastStatus": "PENDING"}, {"lastStatus": "RUNNING", "attachments": []}]
    made = runner(FakeEcs([*pending, running()]))
    invoker = FakeInvoker([{"status": 502}, refusal("TooManyRequestsException"), {"status": 200, "body": "{}"}])
    made._invoker = invoker  # type: ignore[assignment]
    assert made.wait("arn:task/1", "nonce", 60) == "10.0.0.7"
    asked = [(one["address"], one["path"], one["nonce"]) for one in invoker.requests]
    assert asked == [("10.0.0.7", "/health", "nonce")] * 3


def test_an_address_at_which_another_task_answers_is_not_this_ones() -> None:
    with pytest.raises(TaskNotReady, match="does not answer"):
        runner(FakeEcs([running()]), answer={"status": 403, "body": "{}"}).wait("arn:task/1", "nonce", 60)


def test_a_call_that_met_another_runs_sandbox_is_made_once_more() -> None:
    made = runner()
    made._invoker = FakeInvoker([{"status": 503, "body": "{}"}, {"status": 200, "body": "1"}])  # type: ignore[assignment]
    assert made.call(TASK, {}, 5) == b"1"
    made._invoker = FakeInvoker([{"status": 503, "body": "{}"}] * 2)  # type: ignore[assignment]
    with pytest.raises(TaskGone, match="503"):
        made.call(TASK, {}, 5)


def test_a_task_that_ecs_does_not_know_yet_is_starting() -> None:
    ecs = FakeEcs([None, None, {"lastStatus": "PENDING"}, None, running()])
    assert runner(ecs, answer={"status": 200}).wait("arn:task/1", "nonce", 60) == "10.0.0.7"


def test_a_throttled_look_does_not_end_the_waiting() -> None:
    ecs = FakeEcs([refusal("ThrottlingException"), {"lastStatus": "PENDING"}, running()])
    assert runner(ecs, answer={"status": 200}).wait("arn:task/1", "nonce", 60) == "10.0.0.7"


def test_a_task_that_dies_before_its_server_answers_is_not_waited_for() -> None:
    ecs = FakeEcs([running(), {"lastStatus": "DEPROVISIONING", "stoppedReason": "Essential container in task exited"}])
    with pytest.raises(TaskNotReady, match="Essential container"):
        runner(ecs, answer={"status": 502}).wait("arn:task/1", "nonce", 60)


def test_a_task_that_runs_but_does_not_answer_is_not_ready() -> None:
    with pytest.raises(TaskNotReady, match="does not answer"):
        runner(FakeEcs([running()]), answer={"status": 502}).wait("arn:task/1", "nonce", 0)


def test_whether_a_task_runs_is_ecs_to_say() -> None:
    assert runner(FakeEcs([running()])).runs("arn:task/1")
    assert not runner(FakeEcs([{"lastStatus": "STOPPED"}])).runs("arn:task/1")
    assert not runner(FakeEcs([None])).runs("arn:task/1")


@pytest.mark.parametrize("status", ["DEACTIVATING", "STOPPING", "DEPROVISIONING", "STOPPED"])
def test_a_task_that_stopped_before_it_ran_is_not_ready_and_says_why(status: str) -> None:
    states = [{"lastStatus": "PENDING"}, {"lastStatus": status, "stoppedReason": "CannotPullContainerError: gone"}]
    with pytest.raises(TaskNotReady, match="stopped before it ran: CannotPullContainerError"):
        runner(FakeEcs(states)).wait("arn:task/1", "nonce", 60)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"lastStatus": "PENDING"}, "it is PENDING"),
        (None, "does not know it yet"),
        ({"lastStatus": "RUNNING", "attachments": []}, "it is RUNNING"),
        (running(), "does not answer"),
    ],
)
def test_waiting_has_an_end_and_says_what_it_saw_last(state: Any, said: str) -> None:
    with pytest.raises(TaskNotReady, match=f"within 60 s: .*{said}"):
        runner(FakeEcs([state]), answer={"status": 502}).wait("arn:task/1", "nonce", 60)


def test_throttling_without_end_is_worth_a_retry() -> None:
    with pytest.raises(TaskNotReady):
        runner(FakeEcs([refusal("ThrottlingException")])).wait("arn:task/1", "nonce", 60)


def test_a_call_goes_to_the_tasks_address_with_its_nonce() -> None:
    invoker = FakeInvoker({"status": 200, "body": '{"status": "succeeded"}'})
    made = runner()
    made._invoker = invoker  # type: ignore[assignment]
    assert made.call(TASK, {"run_id": "r", "input": {"x": "ü"}}, 5) == b'{"status": "succeeded"}'
    request = invoker.requests[0]
    assert (request["function"], request["address"], request["port"], request["path"], request["nonce"]) == (
        "mam-forward-to-task", "10.0.0.7", 8080, "/run", "nonce",
    )  # fmt: skip
    assert json.loads(request["body"]) == {"run_id": "r", "input": {"x": "ü"}}


def test_a_call_says_on_whose_behalf_and_never_by_the_runs_id_which_opens_a_demo() -> None:
    invoker = FakeInvoker({"status": 200, "body": "{}"})
    made = runner()
    made._invoker, made._correlation_id = invoker, lambda: "request-1"  # type: ignore[assignment]
    made.call(TASK, {"run_id": "secret-token", "input": {}}, 5)
    assert invoker.requests[0]["correlation_id"] == "request-1"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 403, "body": "{}"}, TaskGone),
        ({"status": 409, "body": "{}"}, TaskBusy),
        ({"status": 500, "body": ""}, TaskGone),
        ({"status": 502, "reason": "the task cannot be reached"}, TaskGone),
        ({"status": 504, "reason": "too late"}, TaskGone),
        ({}, TaskGone),
        ([], TaskNotReady),
        (None, TaskNotReady),
        (EndpointConnectionError(endpoint_url="x"), TaskNotReady),
        (refusal("TooManyRequestsException"), TaskNotReady),
        (ReadTimeoutError(endpoint_url="x"), TaskGone),
    ],
)
def test_what_is_no_answer_of_the_agent_is_an_error_of_the_task(answer: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        runner(answer=answer).call(TASK, {}, 5)


def test_a_forwarding_function_that_failed_is_no_answer() -> None:
    """The function is the platform's: an agent is never blamed for it."""
    with pytest.raises(TaskNotReady, match="Refused"):
        runner(answer={"errorType": "Refused", "errorMessage": "not a task"}, error="Unhandled").call(TASK, {}, 5)


def test_stopping_what_is_gone_is_quiet_and_other_errors_are_not() -> None:
    runner(FakeEcs(fails=refusal("InvalidParameterException"))).stop("arn:task/1", "done")
    for passing in (refusal("ThrottlingException"), EndpointConnectionError(endpoint_url="x")):
        with pytest.raises(TaskNotReady):
            runner(FakeEcs(fails=passing)).stop("arn:task/1", "done")
    with pytest.raises(ClientError):
        runner(FakeEcs(fails=refusal("AccessDeniedException"))).stop("arn:task/1", "done")


def test_the_clusters_tasks_are_found_in_pages() -> None:
    created = datetime(2026, 11, 23, tzinfo=UTC)

    class Paged:
        def get_paginator(self, name: str) -> Any:
            return type(
                "P",
                (),
                {"paginate": lambda self, **_: [{"taskArns": [f"t{n}" for n in range(150)]}, {"taskArns": ["t150"]}]},
            )()

        def describe_tasks(self, cluster: str, tasks: list[str]) -> Any:
            assert len(tasks) <= 100
            return {
                "tasks": [
                    {"taskArn": one, "createdAt": created, "lastStatus": "STOPPED" if one == "t3" else "RUNNING"}
                    for one in tasks
                    if one != "t7"
                ]
            }

    found = EcsCluster(Paged(), "agents").running()  # type: ignore[arg-type]
    assert len(found) == 150
    assert found["t150"] == created.timestamp()
    assert found["t7"] == math.inf, "listed, and not to be described yet: it was created a moment ago"
