"""The world of the sample events in moto, the stand-ins around it, and a function put into it as it is deployed."""

import base64
import importlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities import parameters

import shared.runtime.wiring as wiring
from infra_cdk.app import ROOT, build
from local.call_recorder import record_calls
from local.standins.claude.app import create_app as claude_app
from local.standins.opensearch.app import create_app as search_app
from local.standins.reddit.app import create_app as reddit_app
from shared.adapters.agent_tasks_table import AgentTasksTable
from shared.adapters.image_registry import BASE_TAG, ImageRegistry
from shared.adapters.oci_http import OciRepository
from shared.catalogue.listing import ListingDetail
from shared.opportunities.leasing import LEASE
from shared.runs.demo import KEPT_SECONDS
from shared.runs.run import Origin, StoredRun
from shared.runs.tasks import AgentTask, RunnableAgent, TaskStatus
from shared.specs.effects import EffectResult, Reply
from shared.specs.spec import AgentSpec
from shared.values import Json
from tests.conftest import AWS_ENVIRONMENT
from tests.fakes.agent_tasks import InProcessAgent
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.factory import SAMPLE_BASE
from tests.fakes.generated_agent import loaded
from tests.fakes.oci_registry import FakeRegistry
from tests.fakes.served import served
from tests.fakes.task_service import TaskService
from tests.infrastructure.synthesized import Deployment
from tests.integration import sample_account
from tests.integration.endpoint_events import TOKEN
from tests.integration.sample_world import EVENTS, WORLD

RECORDED = ROOT / ".build" / "recorded-calls" / "sample-events"
BUCKET = "artifacts"


class SampleCloud:
    """`call` runs one function; what it asks of AWS is written below RECORDED. `tasks` are where agents run."""

    def __init__(
        self,
        deployment: Deployment,
        endpoints: Mapping[str, str],
        monkeypatch: pytest.MonkeyPatch,
        tasks: TaskService,
    ) -> None:
        self.tasks = tasks
        self._deployment = deployment
        self._endpoints = endpoints
        self._monkeypatch = monkeypatch

    def call(self, name: str, event: Json) -> Json:
        function = self._deployment.functions[name]
        self._become(function.properties["Environment"]["Variables"] | {"AWS_LAMBDA_FUNCTION_NAME": name})
        module = importlib.import_module(function.properties["Handler"].rpartition(".")[0])
        forget(module)
        context = SimpleNamespace(
            function_name=name,
            memory_limit_in_mb=512,
            invoked_function_arn=f"arn:aws:lambda:us-east-1:000000000000:function:{name}",
            aws_request_id="sample-request",
            get_remaining_time_in_millis=lambda: 30_000,
        )
        end = record_calls(name, RECORDED)
        try:
            return module.handler(event, context)
        finally:
            end()

    def _become(self, variables: Mapping[str, str]) -> None:
        """Only what the stacks give the function, so that a forgotten variable shows here."""
        for known in wiring_settings():
            self._monkeypatch.delenv(known, raising=False)
        for key, value in (variables | dict(self._endpoints)).items():
            self._monkeypatch.setenv(key, value)
        if "ARTIFACTS_BUCKET" in variables:
            self._monkeypatch.setenv("ARTIFACTS_BUCKET", BUCKET)
        if "RUN_QUEUE_URL" in variables:
            self._monkeypatch.setenv(
                "RUN_QUEUE_URL", boto3.client("sqs").get_queue_url(QueueName="mam-runs")["QueueUrl"]
            )


def wiring_settings() -> list[str]:
    from shared.runtime.settings import Settings

    return [name.upper() for name, value in vars(Settings).items() if isinstance(value, property)]


def forget(module: ModuleType) -> None:
    """What an execution environment keeps between calls must not come from another function's."""
    parameters.clear_caches()
    import shared.adapters.aws_clients as aws_clients

    for owner in (module, *wiring.DOMAINS, aws_clients):
        for provider in vars(owner).values():
            if hasattr(provider, "cache_clear"):
                provider.cache_clear()


@contextmanager
def sample_cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleCloud]:
    for name, value in AWS_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    deployment = Deployment(build("local", ROOT / ".build" / "tests" / "local", layers="empty", checks=True))
    agent = RunnableAgent("sample-agent", 1, "sha256:" + "0" * 64)
    with ExitStack() as stack:
        registry = stack.enter_context(FakeRegistry())
        tasks = TaskService(sample_agent())
        ecs = stack.enter_context(served(tasks.app))
        endpoints = {
            "REDDIT_URL": f"http://{stack.enter_context(served(reddit_app(tmp_path / 'reddit')))}",
            "CLAUDE_URL": f"http://{stack.enter_context(served(claude_app(tmp_path / 'claude')))}",
            "SEARCH_URL": f"http://{stack.enter_context(served(search_app(tmp_path / 'search')))}",
            "AGENT_REGISTRY_URL": registry.url,
            "AWS_ENDPOINT_URL_ECS": f"http://{ecs}",
            "AWS_ENDPOINT_URL_LAMBDA": f"http://{ecs}",
            "EMBEDDER_MODEL": str(ROOT / "layers" / "embedder" / "model"),
        }
        stack.enter_context(mock_dynamodb())
        fill(deployment)
        monkeypatch.setattr("functions.runs.start_demo.wait.START_SECONDS", 0.2)
        monkeypatch.setattr(wiring.platform, "public_python_images", lambda: OciRepository(registry.url, "library"))
        for name, value in endpoints.items():
            monkeypatch.setenv(name, value)
        put_images(registry)
        place_demo(tasks, agent)
        yield SampleCloud(deployment, endpoints, monkeypatch, tasks)


def fill(deployment: Deployment) -> None:
    """Every table, queue and secret of the stacks, and in them what events/world holds."""
    dynamodb: Any = boto3.client("dynamodb")
    for table in deployment.of("AWS::DynamoDB::GlobalTable"):
        wanted = ("TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        dynamodb.create_table(**{key: table.properties[key] for key in wanted if key in table.properties})
    for name, items in json.loads((WORLD / "tables.json").read_text()).items():
        for item in items:
            dynamodb.put_item(TableName=f"mam-{name.replace('_', '-')}", Item=leased_now(decoded(item)))
    for queue in deployment.of("AWS::SQS::Queue"):
        boto3.client("sqs").create_queue(QueueName=queue.properties["QueueName"])
    s3: Any = boto3.client("s3")
    for bucket in (BUCKET, "deployment-assets"):
        s3.create_bucket(Bucket=bucket)
    for key, text in json.loads((WORLD / "objects.json").read_text()).items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
    s3.put_object(Bucket="deployment-assets", Key="sdk.zip", Body=sdk())
    reddit = {"client_id": "id", "client_secret": "secret", "user_agent": "sample"}
    for name, value in (("mam/anthropic", {"api_key": "offline"}), ("mam/reddit", reddit)):
        boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
    sample_account.place_services()
    boto3.client("ecr").create_repository(repositoryName="mam-agents")


def leased_now(item: dict[str, Any]) -> dict[str, Any]:
    """Whoever leased it when the world was written still does."""
    if "leased_until" not in item:
        return item
    until = datetime.now(UTC) + LEASE
    return item | {"leased_until": {"S": until.strftime("%Y-%m-%dT%H:%M:%S.%f+0000")}}


def decoded(item: Json) -> Json:
    return {key: {kind: base64.b64decode(value) if kind == "B" else value} for key, [(kind, value)] in unpacked(item)}


def unpacked(item: Json) -> Iterator[tuple[str, list[tuple[str, Json]]]]:
    return ((key, list(attribute.items())) for key, attribute in item.items())


def sdk() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mam_agent/__main__.py", "")
    return packed.getvalue()


def put_images(registry: FakeRegistry) -> None:
    """The base image, also as the public one that it is made from, and the image of the world's agent."""
    images = ImageRegistry(repository="mam-agents", registry_url=registry.url)
    images.push(SAMPLE_BASE, tags=(BASE_TAG, "3.12-slim"))
    images.append_and_push({name: text.encode() for name, text in world_code().items()})


def world_code() -> dict[str, str]:
    objects = json.loads((WORLD / "objects.json").read_text())
    event = json.loads((EVENTS / "build_image.json").read_text())
    return json.loads(objects[event["code_key"]])


def world_detail() -> ListingDetail:
    objects = json.loads((WORLD / "objects.json").read_text())
    return next(ListingDetail.model_validate_json(text) for key, text in objects.items() if key.startswith("listings/"))


def sample_agent() -> Any:
    """The world's own agent, its code run in this process."""
    code = world_code()
    agent = InProcessAgent(AgentSpec.model_validate_json(code["spec.json"]), loaded(code["agent.py"], code["logic.py"]))

    def answer(run_id: str, input: Json, results: list[EffectResult]) -> Reply:
        return agent.call(run_id, input, results)

    return answer


def place_demo(tasks: TaskService, agent: RunnableAgent) -> None:
    """A demo that has waited for its worker for a minute, and a task that nobody has used for an hour."""
    from shared.adapters.artifacts import Artifacts
    from shared.adapters.runs_table import RunsTable

    now, detail = time.time(), world_detail()
    demo = StoredRun(
        run_id=TOKEN,
        origin=Origin.DEMO,
        slug=detail.slug,
        version=detail.version,
        image_digest=detail.image_digest,
        capabilities=detail.capabilities,
        input=detail.examples[0].input,
        address="203.0.113.7",
        request_id="sample-request",
        created_at=now - 60,
        expires_at=int(now) + KEPT_SECONDS,
        queued_at=now - 60,
    )
    RunsTable("mam-agent-runs", Artifacts(BUCKET)).create(demo)
    idle = AgentTask(
        agent=agent,
        task_id=tasks.add_task("idle"),
        nonce="sample-nonce",
        status=TaskStatus.IDLE,
        started_at=now - 3_600,
        used_at=now - 3_600,
        address="127.64.0.1",
    )
    AgentTasksTable("mam-agent-tasks").add(idle)


@contextmanager
def http_sink() -> Iterator[tuple[str, list[Json]]]:
    """An address that takes what is put there, as CloudFormation's for answers of custom resources does."""
    taken: list[Json] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", taken
    finally:
        server.shutdown()
        server.server_close()
