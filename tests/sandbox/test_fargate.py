"""The ECS stand-in as a process of its own, with real sandboxes: an agent's way from image to answer, and crashes."""

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from functions.runs.forward_to_task.forward import forward
from local import aws
from local.access.credentials import credentials_of
from local.fargate.base_image import ensure_base_image
from local.fargate.isolation import Isolation
from local.ports import ports_of_ecs
from local.state import StateDir
from shared.adapters.agent_tasks import EcsTaskRunner, Network
from shared.adapters.image_registry import ImageRegistry
from shared.runs.tasks import AgentTasks, RunnableAgent, TaskGone
from shared.specs.effects import EffectSucceeded, Succeeded, Suspended
from tests.fakes.agent_cluster import FakeTaskTable
from tests.fakes.oci_registry import FakeRegistry
from tests.sandbox.scene import AGENT, SPEC, wait_until

LOGIC = "async def run(input, tools):\n    return {'now': await tools.now(), 'said': input.get('say', LABEL)}\n"


class FakeEcr:
    def get_authorization_token(self) -> Any:
        host = "https://000000000000.dkr.ecr.us-east-1.amazonaws.com"
        return {"authorizationData": [{"authorizationToken": "x", "proxyEndpoint": host}]}


class Invoker:
    """The forwarding function, in this process."""

    def invoke(self, FunctionName: str, Payload: bytes) -> Any:
        return {"Payload": io.BytesIO(json.dumps(forward(json.loads(Payload), "127.64.0.0/10")).encode())}


class Cloud:
    def __init__(self, registry: FakeRegistry, state: Path) -> None:
        self.state = state
        self.registry_url = registry.url
        self.registry = ImageRegistry(repository="agents", registry_url=registry.url, ecr=FakeEcr())  # type: ignore[arg-type]
        self.table = FakeTaskTable()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> "Cloud":
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "local.fargate", "--port", str(port), "--state-dir", str(self.state)]
        log = (self.state / "fargate.log").open("ab")
        with log:
            self.process = subprocess.Popen(
                [*command, "--registry", self.registry_url, "--repository", "agents", *more], stdout=log, stderr=log
            )
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        assert wait_until(lambda: self.health() is not None, 30), (self.state / "fargate.log").read_text()
        runner = EcsTaskRunner(
            ecs=self.ecs(),
            invoker=Invoker(),  # type: ignore[arg-type]
            network=Network("mam-agents", ["subnet-1"], "sg-1", "arn:aws:iam::000000000000:role/x"),
            repository="agents",
            forward_function="forward",
        )
        self.tasks = AgentTasks(runner, self.table)
        return self

    def ecs(self) -> Any:
        return aws.client("ecs", ports_of_ecs(self.port, credentials_of(StateDir(self.state))))

    def health(self) -> dict[str, Any] | None:
        try:
            headers = credentials_of(StateDir(self.state)).control_headers()
            asked = urllib.request.Request(f"{self.url}/_standin/health", headers=headers)
            with urllib.request.urlopen(asked, timeout=5) as response:
                return json.loads(response.read())
        except OSError:
            return None

    def prepared(self, number: int = 2) -> bool:
        return wait_until(lambda: (self.health() or {}).get("prepared") == number, 60)

    def agent(self, label: str) -> RunnableAgent:
        files = {"agent.py": AGENT, "logic.py": LOGIC.replace("LABEL", repr(label)), "spec.json": json.dumps(SPEC)}
        pushed = self.registry.append_and_push({name: text.encode() for name, text in files.items()})
        return RunnableAgent(label, 1, pushed.digest)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def sandboxes(self) -> list[int]:
        """Processes whose parent is the stand-in."""
        assert self.process is not None
        return [pid for pid, parent in parents().items() if parent == self.process.pid]


def parents() -> dict[int, int]:
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
    return found


def alive(pids: list[int]) -> list[int]:
    return [pid for pid in pids if pid in parents()]


@pytest.fixture(scope="module")
def registry(isolation: Isolation, base_root: Path) -> Iterator[FakeRegistry]:
    with FakeRegistry() as running:
        made = ImageRegistry(repository="agents", registry_url=running.url, ecr=FakeEcr())  # type: ignore[arg-type]
        ensure_base_image(made, base_root.parent)
        yield running


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """One for all of these tests: the base image is unpacked once."""
    with tempfile.TemporaryDirectory(prefix="mam-fargate-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def cloud(registry: FakeRegistry, state: Path) -> Iterator[Cloud]:
    made = Cloud(registry, state)
    yield made
    made.stop(signal.SIGKILL)


def finish(tasks: AgentTasks, agent: RunnableAgent, **options: Any) -> Any:
    with tasks.claimed(agent, **options) as claimed:
        reply = claimed.call("run-1", {})
        assert isinstance(reply, Suspended), reply
        done = claimed.call("run-1", {}, [EffectSucceeded(id=1, value="2026")], asked=reply.effects)
        assert isinstance(done, Succeeded), done
        return done.output


def test_an_agent_goes_from_files_to_an_answer(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    assert finish(cloud.tasks, cloud.agent("cold")) == {"now": "2026", "said": "cold"}


def test_prepared_sandboxes_take_whatever_agent_comes_and_each_takes_one_only(cloud: Cloud) -> None:
    cloud.start()
    for number in range(5):
        cloud.prepared()
        assert finish(cloud.tasks, cloud.agent(f"agent-{number}"), keep_warm=False)["said"] == f"agent-{number}"
    addresses = [row.address for row in cloud.table.rows.values()]
    assert len(set(addresses)) == len(addresses)


def test_a_run_of_several_calls_keeps_its_sandbox_and_no_other_run_ever_gets_it(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    agent = cloud.agent("single")
    used: list[set[int]] = []
    with cloud.tasks.claimed(agent) as claimed:
        for number in range(4):
            reply = claimed.call(f"run-{number}", {})
            assert isinstance(reply, Suspended), reply
            during = set(cloud.sandboxes())
            done = claimed.call(f"run-{number}", {}, [EffectSucceeded(id=1, value="t")], asked=reply.effects)
            assert isinstance(done, Succeeded), done
            used.append(during)
            assert wait_until(lambda during=during: not during & set(cloud.sandboxes()))
    assert [len(during) for during in used] == [1] * 4
    assert len(set.union(*used)) == 4
    assert len(cloud.table.rows) == 1


def test_the_runs_of_a_claim_that_ends_with_its_task_share_one_sandbox(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    with cloud.tasks.claimed(cloud.agent("examined"), keep_warm=False) as claimed:
        first = cloud.sandboxes()
        for number in range(3):
            assert isinstance(claimed.call(f"run-{number}", {}, [EffectSucceeded(id=1, value="t")]), Succeeded)
        assert cloud.sandboxes() == first
        assert len(first) == 1


def test_a_run_that_was_left_half_way_gives_its_sandbox_to_no_other(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    used: set[int] = set()
    with cloud.tasks.claimed(cloud.agent("left")) as claimed:
        for number in range(3):
            assert isinstance(claimed.call(f"run-{number}", {}), Suspended)
            assert wait_until(lambda: len(cloud.sandboxes()) == 1)
            (now,) = cloud.sandboxes()
            assert now not in used
            used.add(now)


def test_tasks_of_two_agents_at_once_are_kept_apart(cloud: Cloud) -> None:
    cloud.start()
    with cloud.tasks.claimed(cloud.agent("one")) as one, cloud.tasks.claimed(cloud.agent("two")) as two:
        assert one.task.address != two.task.address
        for claimed, label in ((one, "one"), (two, "two")):
            reply = claimed.call("r", {}, [EffectSucceeded(id=1, value="t")])
            assert isinstance(reply, Succeeded)
            assert reply.output["said"] == label


def test_stopping_a_task_ends_its_processes_and_its_address(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    with cloud.tasks.claimed(cloud.agent("gone"), keep_warm=False) as claimed:
        pids = cloud.sandboxes()
        assert pids
    assert wait_until(lambda: not alive(pids))
    with pytest.raises(TaskGone):
        claimed.call("r", {})


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_no_sandbox_outlives_the_stand_in(cloud: Cloud, how: signal.Signals) -> None:
    cloud.start()
    cloud.prepared()
    with cloud.tasks.claimed(cloud.agent("orphan")):
        below = cloud.sandboxes()
        family = [pid for pid, parent in parents().items() if parent in below] + below
        assert len(below) >= 2
        cloud.stop(how)
        assert wait_until(lambda: not alive(family)), alive(family)


def test_after_a_crash_the_task_is_known_as_stopped_and_the_agent_runs_again(cloud: Cloud) -> None:
    cloud.start()
    agent = cloud.agent("again")
    finish(cloud.tasks, agent)
    cloud.stop(signal.SIGKILL)
    cloud.start()
    assert finish(cloud.tasks, agent)["said"] == "again"
    assert len(cloud.table.rows) == 1


def test_a_task_whose_sandbox_was_killed_is_stopped_and_the_next_claim_gets_another(cloud: Cloud) -> None:
    cloud.start("--prewarm", "0")
    agent = cloud.agent("killed")
    with cloud.tasks.claimed(agent) as claimed:
        assert isinstance(claimed.call("run-1", {}), Suspended)
        task_id = claimed.task.task_id
        for pid in cloud.sandboxes():
            os.kill(pid, signal.SIGKILL)
    ecs = cloud.ecs()
    described = lambda: ecs.describe_tasks(cluster="mam-agents", tasks=[task_id])["tasks"][0]  # noqa: E731
    assert wait_until(lambda: described()["lastStatus"] == "STOPPED")
    assert described()["stopCode"] == "EssentialContainerExited"
    assert finish(cloud.tasks, agent)["said"] == "killed"


def test_starts_as_slow_as_fargates_can_be_asked_for(cloud: Cloud) -> None:
    cloud.start("--start-seconds", "0.5")
    started = time.monotonic()
    finish(cloud.tasks, cloud.agent("slow"))
    assert time.monotonic() - started >= 0.5
