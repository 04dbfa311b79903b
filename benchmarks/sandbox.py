"""How long agents' images and sandboxes take: the ECS stand-in as a process of its own, a registry in memory."""

import io
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from functions.runs.forward_to_task.forward import forward
from local import aws
from local.access.credentials import Credentials, credentials_of
from local.fargate.base_image import ensure_base_image
from local.fargate.isolation import check
from local.ports import ports_of_ecs
from local.state import StateDir
from shared.adapters.agent_tasks import EcsTaskRunner, Network
from shared.adapters.image_registry import ImageRegistry
from shared.runs.tasks import AgentTask, RunnableAgent, TaskStatus
from tests.fakes.oci_registry import FakeRegistry

Figure = tuple[str, float, str]
ROUNDS = 9
POOL = 2
SUSTAINED_RUNS = 20
FILES = {
    "agent.py": b"import logic\n\nasync def run(input, tools):\n    return await logic.run(input, tools)\n",
    "logic.py": b"async def run(input, tools):\n    return {'total': sum(input['numbers'])}\n" + b"# padding\n" * 400,
    "spec.json": json.dumps(
        {
            "input_schema": {"type": "object", "required": ["numbers"]},
            "output_schema": {"type": "object", "required": ["total"]},
            "capabilities": {"effects": []},
        }
    ).encode(),
}
BODY = {"run_id": "bench", "input": {"numbers": [1, 2, 3]}, "results": []}


class Ecr:
    def get_authorization_token(self) -> Any:
        host = "https://000000000000.dkr.ecr.us-east-1.amazonaws.com"
        return {"authorizationData": [{"authorizationToken": "x", "proxyEndpoint": host}]}


class Invoker:
    def invoke(self, *, Payload: bytes, **_: str) -> Any:
        return {"Payload": io.BytesIO(json.dumps(forward(json.loads(Payload), "127.64.0.0/10")).encode())}


def figures() -> list[tuple[str, float, str]]:
    """(name, value, unit, target) each; none where this machine cannot isolate."""
    if not check().holds:
        return []
    for name, value in {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        os.environ.setdefault(name, value)
    with FakeRegistry() as server, tempfile.TemporaryDirectory(prefix="mam-bench-") as folder:
        Path(folder).chmod(0o755)
        registry = ImageRegistry(repository="agents", registry_url=server.url, ecr=Ecr())  # type: ignore[arg-type]
        started = time.perf_counter()
        ensure_base_image(registry, Path(folder))
        base_seconds = time.perf_counter() - started
        build = _median(lambda number: _push(registry, number))
        with _stand_in(folder, server.url, prewarm=0) as (runner, _):
            agent = RunnableAgent("bench", 1, registry.append_and_push(FILES).digest)
            _first_answer(runner, agent)
            cold = _median(lambda _: _first_answer(runner, agent))
        with _stand_in(folder, server.url, prewarm=POOL) as (runner, ready):
            healthy = _median(lambda _: _first_answer(runner, agent, path="/health"), before=ready)
            claim = _median(lambda _: _first_answer(runner, agent), before=ready)
            pool = _pool_megabytes(ready)
            following, sustained = _runs_of_a_task(runner, agent, ready)
    return [
        ("base image from the interpreter, first time", base_seconds, "s"),
        ("image build and push", build * 1000, "ms"),
        ("prewarmed sandbox, claim to first 200", healthy * 1000, "ms"),
        ("prewarmed sandbox, claim to the agent's first answer", claim * 1000, "ms"),
        ("cold sandbox, start to the agent's first answer", cold * 1000, "ms"),
        ("next run of a running task, in a sandbox of its own", following * 1000, "ms"),
        ("runs of one task without a pause", sustained, "runs/s"),
        (f"memory of the pool of {POOL} waiting sandboxes", pool, "MB"),
    ]


def _median(measure: Callable[[int], float], before: Callable[[], object] = lambda: None) -> float:
    times: list[float] = []
    for number in range(ROUNDS):
        before()
        times.append(measure(number))
    return statistics.median(times)


def _push(registry: ImageRegistry, number: int) -> float:
    files = {**FILES, "logic.py": FILES["logic.py"] + str(number).encode()}
    started = time.perf_counter()
    pushed = registry.append_and_push(files)
    seconds = time.perf_counter() - started
    assert registry.append_and_push(files).digest == pushed.digest
    return seconds


def _first_answer(runner: EcsTaskRunner, agent: RunnableAgent, path: str = "/run") -> float:
    started = time.perf_counter()
    task_id = runner.start(agent, "nonce")
    address = runner.wait(task_id, "nonce", 30)
    if path == "/health":
        asked = urllib.request.Request(f"http://{address}:8080/health", headers={"x-mam-nonce": "nonce"})
        urllib.request.urlopen(asked, timeout=10).close()
    else:
        _call(runner, agent, task_id, address)
    seconds = time.perf_counter() - started
    runner.stop(task_id, "bench")
    return seconds


def _call(runner: EcsTaskRunner, agent: RunnableAgent, task_id: str, address: str) -> None:
    task = AgentTask(agent, task_id, "nonce", TaskStatus.BUSY, 0, 0, address)
    reply = json.loads(runner.call(task, BODY, 10))
    assert reply == {"status": "succeeded", "output": {"total": 6}}, reply


def _pool_megabytes(ready: Callable[[], list[int]]) -> float:
    return sum(_private_kilobytes(pid) for pid in ready()) / 1024


def _runs_of_a_task(runner: EcsTaskRunner, agent: RunnableAgent, ready: Callable[[], list[int]]) -> tuple[float, float]:
    """Seconds of a run while the pool is full; and runs a second for longer than the pool lasts."""
    ready()
    task_id = runner.start(agent, "nonce")
    address = runner.wait(task_id, "nonce", 30)

    def timed(_: int) -> float:
        started = time.perf_counter()
        _call(runner, agent, task_id, address)
        return time.perf_counter() - started

    timed(0)
    seconds = _median(timed, before=ready)
    started = time.perf_counter()
    for number in range(SUSTAINED_RUNS):
        timed(number)
    sustained = SUSTAINED_RUNS / (time.perf_counter() - started)
    runner.stop(task_id, "bench")
    return seconds, sustained


@contextmanager
def _stand_in(
    folder: str, registry_url: str, *, prewarm: int
) -> Iterator[tuple[EcsTaskRunner, Callable[[], list[int]]]]:
    """The runner, and a function that waits until sandboxes are prepared and gives their processes."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "local.fargate", "--port", str(port), "--state-dir", folder),
            *("--registry", registry_url, "--repository", "agents", "--prewarm", str(prewarm)),
        ],
        stderr=subprocess.DEVNULL,
    )

    state = StateDir(Path(folder))

    def prepared() -> list[int]:
        while _health(port, credentials_of(state)).get("prepared") != prewarm:
            time.sleep(0.02)
        return _descendants(process.pid)

    try:
        prepared()
        yield (
            EcsTaskRunner(
                ecs=aws.client("ecs", ports_of_ecs(port, credentials_of(state))),
                invoker=Invoker(),  # type: ignore[arg-type]
                network=Network("mam-agents", ["subnet"], "sg", "arn:aws:iam::000000000000:role/x"),
                repository="agents",
                forward_function="forward",
            ),
            prepared,
        )
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _health(port: int, credentials: Credentials) -> dict[str, Any]:
    address = f"http://127.0.0.1:{port}/_standin/health"
    try:
        asked = urllib.request.Request(address, headers=credentials.control_headers())
        with urllib.request.urlopen(asked, timeout=5) as response:
            return json.loads(response.read())
    except OSError:
        return {}


def _descendants(root: int) -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
    found = [pid for pid, parent in parents.items() if parent == root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _private_kilobytes(pid: int) -> float:
    """A process's share of memory: its own pages, and shared ones divided by those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1])
    return 0.0


if __name__ == "__main__":
    for name, value, unit in figures():
        print(f"{name:54} {value:9.1f} {unit}")
