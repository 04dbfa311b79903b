"""Fargate's bad days on the embedded cloud: builds and demos end well or say why, and nothing runs for ever.

`MAM_SLOW_TESTS=1` waits as long as Fargate does: 45 seconds for a slow start, 10 until a task is known.
"""

import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from local.embedded_cloud import EmbeddedCloud
from local.first_run import SOURCES
from local.workflows import Execution
from shared.specs.acceptance import find_schema_violations
from tests.workflow.factory_runs import publish_an_agent, until_published

SLOW = bool(os.environ.get("MAM_SLOW_TESTS"))
UNKNOWN_SECONDS, SLOW_START_SECONDS = (10, 45) if SLOW else (2, 9)
CLUSTER = "mam-agents"
NONCE = {"name": "MAM_TASK_NONCE", "value": "n"}
PLATFORM = {"too_slow", "crashed", "not_tested"}
"""Findings that would take the platform's trouble for the agent's."""
BAD_DAYS: dict[str, dict[str, Any]] = {
    "unknown": {"seconds": UNKNOWN_SECONDS},
    "slow_start": {"seconds": SLOW_START_SECONDS},
    "stops_while_starting": {"times": 2},
    "no_capacity": {"times": 2},
}


@pytest.fixture(scope="module")
def market(embedded_cloud: EmbeddedCloud) -> EmbeddedCloud:
    """A market with opportunities, enough for every test here to take its own."""
    scan = embedded_cloud.run_workflow("market-scan", {"sources": SOURCES})
    assert scan.succeeded, scan.cause
    return embedded_cloud


@pytest.fixture(scope="module")
def agent(market: EmbeddedCloud) -> dict[str, Any]:
    return published(market, publish_an_agent(market))


def published(cloud: EmbeddedCloud, execution: Execution) -> dict[str, Any]:
    answer = cloud.request("GET", f"/api/v1/agents/{execution.output['slug']}")
    assert answer.status_code == 200
    return answer.json()


def report_of(cloud: EmbeddedCloud, execution: Execution) -> dict[str, Any]:
    """The examination of the build's last round."""
    bucket = next(one["Name"] for one in cloud.aws("s3").list_buckets()["Buckets"] if "artifacts" in one["Name"])
    key = f"builds/{execution.name}/round-{execution.output['round']}/report.json"
    return json.loads(cloud.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def alive(cloud: EmbeddedCloud) -> list[str]:
    return list(cloud.aws("ecs").list_tasks(cluster=CLUSTER, desiredStatus="RUNNING")["taskArns"])


def rows(cloud: EmbeddedCloud) -> dict[str, Any]:
    items = cloud.aws("dynamodb").scan(TableName="mam-agent-tasks", ConsistentRead=True)["Items"]
    return {item["task_id"]["S"]: item for item in items}


def without_tasks(cloud: EmbeddedCloud) -> None:
    """The next claim starts cold."""
    for task in alive(cloud):
        cloud.aws("ecs").stop_task(cluster=CLUSTER, task=task)
    for task_id, item in rows(cloud).items():
        cloud.aws("dynamodb").delete_item(
            TableName="mam-agent-tasks", Key={"agent": item["agent"], "task_id": {"S": task_id}}
        )


def without_limits(cloud: EmbeddedCloud) -> None:
    """As if nobody had tried an agent from this address."""
    for item in cloud.aws("dynamodb").scan(TableName="mam-meters", ConsistentRead=True)["Items"]:
        if item["key"]["S"].startswith("demo"):
            cloud.aws("dynamodb").delete_item(TableName="mam-meters", Key={"key": item["key"]})


def tried(cloud: EmbeddedCloud, agent: dict[str, Any]) -> dict[str, Any]:
    """A demo as its owner follows it: 200 at once, or 202 and then a look now and then until it has ended."""
    path, example = f"/api/v1/agents/{agent['slug']}/demo", agent["examples"][0]
    answer = cloud.request("POST", path, json={"input": example["input"]})
    assert answer.status_code in {200, 202}, answer.text
    cold, demo = answer.status_code == 202, answer.json()
    while demo["status"] not in {"succeeded", "failed"}:
        time.sleep(0.3)
        demo = cloud.request("GET", f"/api/v1/demos/{demo['token']}").json()
    return {**demo, "cold": cold}


@pytest.mark.parametrize("mode", BAD_DAYS)
def test_a_demo_ends_well_on_a_bad_day(market: EmbeddedCloud, agent: dict[str, Any], mode: str) -> None:
    without_tasks(market)
    market.fargate_mode(mode, **{"times": 1, **BAD_DAYS[mode]})
    without_limits(market)
    demo = tried(market, agent)
    assert demo["status"] == "succeeded", demo
    assert find_schema_violations(agent["output_schema"], demo["output"]) == []
    assert set(rows(market)) == set(alive(market))
    if mode == "slow_start":
        assert demo["cold"], "a start that takes longer than an answer may is told by 202"


@pytest.mark.parametrize("mode", BAD_DAYS)
def test_a_build_ends_well_on_a_bad_day(market: EmbeddedCloud, mode: str) -> None:
    """Whether the model can serve the opportunity is not the platform's: what is examined is found as good as ever."""
    without_tasks(market)

    def build() -> Execution:
        market.fargate_mode(mode, **{"times": 1, **BAD_DAYS[mode]})
        return market.run_workflow("agent-factory")

    execution = until_published(build)
    cases = report_of(market, execution)["cases"]
    assert {finding["kind"] for case in cases for finding in case["findings"]}.isdisjoint(PLATFORM)
    if mode == "slow_start":
        assert max(case["slowest_call"] for case in cases) < SLOW_START_SECONDS, "starting is no time of the agent's"
    assert alive(market) == []
    assert rows(market) == {}


def test_a_build_that_finds_no_capacity_at_all_says_so_and_goes_on_later(market: EmbeddedCloud) -> None:
    def build() -> Execution:
        market.fargate_mode("no_capacity")
        failed = market.run_workflow("agent-factory")
        if failed.succeeded:
            return failed
        assert "stopped in test_agent: TaskNotReady" in failed.cause
        assert "Capacity is unavailable" in failed.cause
        assert failed.can_go_on
        market.fargate_mode("ok")
        return market.redrive(failed)

    execution = until_published(build)
    assert execution.redrives == 1
    assert market.workflows.state_names(execution.arn).count("generate_code") == execution.output["round"]


def test_the_reaper_leaves_a_task_alone_that_is_not_written_down_yet(market: EmbeddedCloud) -> None:
    without_tasks(market)
    market.fargate_mode("unknown", seconds=1, times=1)
    ecs = market.aws("ecs")
    started = ecs.run_task(
        cluster=CLUSTER,
        taskDefinition=ecs.list_task_definitions()["taskDefinitionArns"][-1],
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}},
        overrides={
            "containerOverrides": [{"name": "agent", "environment": [{"name": "MAM_TASK_NONCE", "value": "n"}]}]
        },
    )["tasks"][0]["taskArn"]
    assert reaped(market)["orphans"] == 0
    assert wait_until(lambda: alive(market) == [started])
    assert reaped(market)["orphans"] == 0
    ecs.stop_task(cluster=CLUSTER, task=started)


def reaped(cloud: EmbeddedCloud) -> dict[str, int]:
    answer = cloud.aws("lambda").invoke(FunctionName="mam-reap-tasks", Payload=b"{}")
    return json.loads(answer["Payload"].read())


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    give_up = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True
