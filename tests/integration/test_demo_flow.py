"""A demo from the request to its result through the real handlers, tables, bucket and queue (moto); only the task is in
this process and the model answers from a function.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from functions.runs.get_demo.handler import handler as get_demo
from functions.runs.perform_run.handler import handler as perform_run
from functions.runs.start_demo.handler import handler as start_demo
from local.standins.web.app import create_app
from shared.adapters.agents_table import AgentsTable
from shared.catalogue.listing import ListingSummary
from shared.runs.performed_effects import PerformedEffects
from shared.runs.run import Origin
from shared.runtime import wiring
from shared.specs.effects import Effect, EffectKind, EffectResult
from tests.fakes.agent_specs import a_spec, an_example, good_agent
from tests.fakes.agent_tasks import FakeAgentTasks, InProcessAgent
from tests.fakes.busy_agent import busy_agent
from tests.fakes.crashes import Crash
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.effects import FakeAgentModel
from tests.fakes.listings import a_listing
from tests.fakes.marketplace import a_detail, a_version
from tests.fakes.runs import a_run
from tests.fakes.served import served

PAGE = "http://pricing.test/plans"
INPUT = {**an_example(1).input, "page": PAGE}


class Context:
    aws_request_id = "lambda"
    function_name = "mam-demo"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:0:function:mam-demo"

    def get_remaining_time_in_millis(self) -> int:
        return 20_000


class Cloud:
    def __init__(self) -> None:
        self.sqs: Any = boto3.client("sqs")
        self.queue: str = self.sqs.create_queue(QueueName="demos")["QueueUrl"]

    def request(self, method: str, path: str, body: Any = None) -> tuple[int, dict[str, str], Any]:
        http = {"method": method, "path": path, "sourceIp": "203.0.113.9", "protocol": "HTTP/1.1", "userAgent": "t"}
        event = {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": path,
            "rawQueryString": "",
            "headers": {"content-type": "application/json"},
            "requestContext": {"requestId": "gateway-request", "http": http},
            "body": json.dumps(body) if body is not None else None,
            "isBase64Encoded": False,
        }
        handler = start_demo if method == "POST" else get_demo
        answer = handler(event, Context())  # pyright: ignore
        return answer["statusCode"], answer["headers"], json.loads(answer["body"])

    def message(self) -> dict[str, Any]:
        found = self.sqs.receive_message(QueueUrl=self.queue)["Messages"][0]
        self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=found["ReceiptHandle"])
        record = {
            "messageId": found["MessageId"],
            "receiptHandle": found["ReceiptHandle"],
            "body": found["Body"],
            "attributes": {},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:0:demos",
            "awsRegion": "us-east-1",
        }
        return {"Records": [record]}

    def deliver(self, event: dict[str, Any]) -> dict[str, Any]:
        return perform_run(event, Context())  # pyright: ignore


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> FakeAgentTasks:
    found = FakeAgentTasks(InProcessAgent(a_spec(), good_agent))
    monkeypatch.setattr(wiring.runs, "agent_tasks", lambda: found)
    monkeypatch.setattr(wiring.runs, "agent_model", lambda: FakeAgentModel("fine prices"))
    return found


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tasks: FakeAgentTasks) -> Iterator[Cloud]:
    monkeypatch.setattr("functions.runs.start_demo.wait.START_SECONDS", 0.0)
    names = {"AGENTS": "agents", "AGENT_VERSIONS": "agent_versions", "METERS": "meters", "AGENT_RUNS": "agent_runs"}
    for setting, table in names.items():
        monkeypatch.setenv(f"{setting}_TABLE", table)
    monkeypatch.setenv("ARTIFACTS_BUCKET", "artifacts")
    with mock_dynamodb(), served(create_app(tmp_path)) as web:
        monkeypatch.setenv("TEST_WEB_ADDRESS", web)
        for name, keys in {
            "agents": ["slug"],
            "agent_versions": ["slug", "version"],
            "meters": ["key"],
            "agent_runs": ["run_id"],
        }.items():
            create_table(name, keys)
        boto3.client("s3").create_bucket(Bucket="artifacts")
        running = Cloud()
        monkeypatch.setenv("RUN_QUEUE_URL", running.queue)
        publish()
        yield running


def create_table(name: str, keys: list[str]) -> None:
    roles = ("HASH", "RANGE")
    boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": role} for key, role in zip(keys, roles, strict=False)],
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": "N" if key == "version" else "S"} for key in keys
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def publish() -> None:
    detail = a_detail(a_listing("price-watch"), a_spec())
    version = a_version(detail, "certificates/price-watch.json")
    wiring.platform.artifacts().put_model("listings/price-watch.json", detail)
    agents = AgentsTable("agents", "agent_versions")
    agents.reserve(detail.slug, version.opportunity_id)
    summary = ListingSummary.model_validate(detail.model_dump(include=set(ListingSummary.model_fields)))
    agents.publish(version, summary, "listings/price-watch.json")


def start(cloud: Cloud, run_input: Any = INPUT) -> tuple[int, dict[str, str], Any]:
    return cloud.request("POST", "/api/v1/agents/price-watch/demo", {"input": run_input})


def test_a_demo_is_queued_run_by_the_worker_and_shown(cloud: Cloud, tasks: FakeAgentTasks) -> None:
    status, headers, queued = start(cloud)
    assert (status, queued["status"]) == (202, "queued")
    assert cloud.deliver(cloud.message()) == {"batchItemFailures": []}
    status, _, ended = cloud.request("GET", headers["location"])
    assert (status, ended["status"]) == (200, "succeeded")
    assert ended["output"]["summary"] == "fine prices"
    assert "Plans and prices" in ended["memory"]["last"]
    assert {effect["kind"] for effect in ended["effects"]} == {"fetch", "recall", "llm", "remember", "now"}
    assert tasks.started[0].image_digest == ended_digest()


def ended_digest() -> str:
    return a_detail(a_listing("price-watch"), a_spec()).image_digest


def test_a_message_that_is_delivered_twice_runs_the_agent_once(cloud: Cloud, tasks: FakeAgentTasks) -> None:
    start(cloud)
    message = cloud.message()
    assert cloud.deliver(message) == cloud.deliver(message) == {"batchItemFailures": []}
    assert len(tasks.started) == 1


def test_a_demo_that_another_worker_holds_comes_back_to_the_queue(cloud: Cloud, tasks: FakeAgentTasks) -> None:
    _, _, queued = start(cloud)
    message = cloud.message()
    assert wiring.runs.stored_runs().claim(queued["token"], "another", queued_at(queued["token"]))
    failures = cloud.deliver(message)["batchItemFailures"]
    assert [item["itemIdentifier"] for item in failures] == [message["Records"][0]["messageId"]]
    assert not tasks.started


def queued_at(token: str) -> float:
    demo = wiring.runs.stored_runs().get(token)
    assert demo is not None
    return demo.queued_at


def test_a_run_continues_from_what_was_recorded(cloud: Cloud, tasks: FakeAgentTasks) -> None:
    tasks.dies_at = {3}
    _, headers, _ = start(cloud)
    cloud.deliver(cloud.message())
    _, _, ended = cloud.request("GET", headers["location"])
    assert ended["status"] == "succeeded"
    assert len(tasks.started) == 2


@pytest.mark.parametrize("kind", [EffectKind.NOTIFY, EffectKind.LLM])
def test_a_worker_that_takes_over_reads_what_was_begun_and_repeats_no_notification(
    cloud: Cloud, tasks: FakeAgentTasks, monkeypatch: pytest.MonkeyPatch, kind: EffectKind
) -> None:
    tasks.agent = InProcessAgent(a_spec(), busy_agent)
    carried_out = die_after(kind, monkeypatch)
    _, headers, queued = start(cloud)
    message = cloud.message()
    assert cloud.deliver(message)["batchItemFailures"]
    left = wiring.runs.stored_runs().get(queued["token"])
    assert left is not None
    assert [intent.kind for intent in left.intents] == [kind]

    assert wiring.runs.stored_runs().requeue(left, left.queued_at)
    assert cloud.deliver(message) == {"batchItemFailures": []}
    _, _, ended = cloud.request("GET", headers["location"])
    notified = kind is EffectKind.NOTIFY
    assert ended["output"]["notes"][0] == ("first unknown_outcome" if notified else "first sent")
    assert len(ended["notifications"]) == (0 if notified else 1)
    assert carried_out.count(kind) == (1 if notified else 2)


def die_after(kind: EffectKind, monkeypatch: pytest.MonkeyPatch) -> list[EffectKind]:
    """The first effect of this kind is carried out and never recorded; what is carried out is told in the list."""
    carried_out: list[EffectKind] = []
    carry_out = PerformedEffects.carry_out

    def dying(self: PerformedEffects, effect: Effect) -> EffectResult:
        result = carry_out(self, effect)
        carried_out.append(effect.kind)
        if effect.kind is kind and carried_out.count(kind) == 1:
            raise Crash
        return result

    monkeypatch.setattr(PerformedEffects, "carry_out", dying)
    return carried_out


def test_the_id_of_a_run_that_is_no_demo_opens_nothing(cloud: Cloud) -> None:
    run = a_run(run_id="c" * 32, origin=Origin.CUSTOMER, created_at=time.time(), expires_at=int(time.time()) + 60)
    wiring.runs.stored_runs().create(run)
    status, _, problem = cloud.request("GET", f"/api/v1/demos/{run.run_id}")
    assert (status, problem["type"]) == (404, "demo-not-found")


def test_input_that_does_not_fit_starts_nothing(cloud: Cloud) -> None:
    status, _, problem = start(cloud, {**INPUT, "tone": "loud"})
    assert (status, problem["errors"][0]["field"]) == (422, "input.tone")
    assert "Messages" not in cloud.sqs.receive_message(QueueUrl=cloud.queue)


def test_the_fourth_demo_of_an_hour_is_told_to_wait(cloud: Cloud) -> None:
    assert [start(cloud)[0] for _ in range(4)] == [202, 202, 202, 429]


@pytest.mark.parametrize(
    "page", ["http://169.254.169.254/latest", "http://localhost/", "http://hostile.test/redirect-private"]
)
def test_a_page_that_may_not_be_fetched_fails_the_effect_and_not_the_platform(cloud: Cloud, page: str) -> None:
    _, headers, _ = start(cloud, {**INPUT, "page": page})
    cloud.deliver(cloud.message())
    _, _, ended = cloud.request("GET", headers["location"])
    fetched = next(effect for effect in ended["effects"] if effect["kind"] == "fetch")
    assert not fetched["ok"]
    assert ended["memory"] == {"last": ""}
