"""A sandbox serves one run: whatever a run leaves anywhere, the next one meets a system that never ran anything."""

import asyncio
import json
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.fargate import slots
from local.fargate.base_image import container_environment
from local.fargate.images import Image
from local.fargate.isolation import Isolation
from local.fargate.task_host import NONCE, TaskHost
from shared.builds.image_layers import Entry, make_layer
from tests.sandbox.scene import AGENT, SPEC
from tests.sandbox.unguarded import START

LOGIC = """
import builtins, ctypes, fcntl, gc, json, os, resource, sys, time

def tried(act):
    try:
        return act()
    except BaseException as wrong:
        return None

def write(name):
    with open(name, 'w') as file:
        file.write('left')

def leave():
    for folder in ('/tmp', '/dev/shm', '/var/tmp', '/run/lock', '/dev/mqueue', '/app', '/', '/dev', '/opt/mam/lib'):
        tried(lambda: write(folder + '/left'))
        tried(lambda: os.utime(folder, (1234567, 1234567)))
        tried(lambda: os.chmod(folder, 0o755))
        tried(lambda: os.setxattr(folder, 'user.left', b'left'))
    for pid in ('1', '2', 'self'):
        for name in ('oom_score_adj', 'coredump_filter', 'comm', 'timerslack_ns', 'clear_refs'):
            tried(lambda: open(f'/proc/{pid}/{name}', 'w').write('7'))
        tried(lambda: open(f'/proc/{pid}/mem', 'r+b'))
    builtins.left = json.left = sys.left = 'left'
    json.loads = None
    os.environ['LEFT'] = 'left'
    sys.modules['left'] = sys
    tried(lambda: sys.addaudithook(lambda *_: None))
    tried(lambda: ctypes.CDLL(None).shmget(7, 4096, 0o1666))
    tried(lambda: os.fork())
    tried(lambda: os.sched_setaffinity(0, {0}))
    tried(lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (10, 10)))
    for number in range(3, 64):
        tried(lambda: fcntl.fcntl(number, 1031, 4096))
        tried(lambda: fcntl.flock(number, fcntl.LOCK_EX))
    for _ in range(50):
        tried(lambda: write('/tmp/counter') or os.unlink('/tmp/counter'))

def look():
    left = {
        'files': {folder: sorted(tried(lambda: os.listdir(folder)) or [])
                  for folder in ('/tmp', '/dev/shm', '/var/tmp')},
        'modes': {folder: tried(lambda: (os.stat(folder).st_mode, os.stat(folder).st_mtime == 1234567))
                  for folder in ('/tmp', '/dev/shm', '/app', '/')},
        'state': [hasattr(builtins, 'left'), hasattr(json, 'left'), 'LEFT' in os.environ, 'left' in sys.modules],
        'processes': sorted(int(name) for name in os.listdir('/proc') if name.isdigit()),
        'settings': {f'{pid}/{name}': tried(lambda: open(f'/proc/{pid}/{name}').read())
                     for pid in (1, 2) for name in ('oom_score_adj', 'coredump_filter', 'comm', 'limits')},
        'pid': os.getpid(),
        'memory': tried(lambda: ctypes.CDLL(None).shmget(7, 4096, 0o666)),
        'inode': tried(lambda: (write('/tmp/inode'), os.stat('/tmp/inode').st_ino)[1]),
    }
    return left

async def run(input, tools):
    if input.get('leave'):
        leave()
    elif input.get('ask'):
        await tools.now()
    return look()
"""


class Host:
    """One task of one agent without its guard, in prepared or new sandboxes of this machine."""

    def __init__(self, isolation: Isolation, root: Path, folder: Path, keep: int) -> None:
        files = {"agent.py": AGENT, "logic.py": LOGIC, "spec.json": json.dumps(SPEC)}
        code = make_layer({f"app/{name}": Entry(text.encode()) for name, text in files.items()})
        self.image = Image("", root, code.blob.data, code.diff_id, container_environment(), ())
        self.host = TaskHost(isolation, folder, folder / "logs", keep=keep)
        self.ended: list[int] = []

    async def start(self) -> None:
        self.address = await self.host.run("task", self.image, {NONCE: "n"}, self.ended.append)

    async def call(self, run_id: str, results: Any = (), **input: Any) -> Any:
        body = json.dumps({"run_id": run_id, "input": input, "results": list(results)}).encode()
        for _ in range(2):
            status, reply = await asyncio.to_thread(self._post, body)
            if status != 503:
                break
        assert status == 200, reply
        return reply

    def _post(self, body: bytes) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://{self.address}:8080/run", body, {"x-mam-nonce": "n"})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture(params=[0, 2], ids=["new", "prepared"])
def host(
    request: pytest.FixtureRequest,
    isolation: Isolation,
    base_root: Path,
    open_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[], Host]:
    monkeypatch.setattr(slots, "PROGRAM", ("python", "-c", START))
    return lambda: Host(isolation, base_root, open_folder, request.param)


def test_nothing_that_a_run_leaves_anywhere_is_there_for_the_next(host: Callable[[], Host]) -> None:
    async def runs() -> list[Any]:
        task = host()
        try:
            await task.start()
            return [(await task.call(f"r{number}", leave=number % 2))["output"] for number in range(4)]
        finally:
            task.host.close()

    fresh, left, after, left_again = asyncio.run(runs())
    assert "left" in left["files"]["/tmp"], "the control: within its own run it is there"
    assert left["state"] == [True] * 4
    assert after == fresh
    assert left_again == left


def test_a_suspended_run_goes_on_in_its_sandbox_and_another_run_gets_a_new_one(host: Callable[[], Host]) -> None:
    async def runs() -> tuple[Any, Any, Any, list[int]]:
        task = host()
        try:
            await task.start()
            suspended = await task.call("a", ask=1)
            other = await task.call("b", leave=1)
            again = await task.call("a", [{"id": 1, "ok": True, "value": "t"}], ask=1)
            return suspended, other, again, task.ended
        finally:
            task.host.close()

    suspended, other, again, ended = asyncio.run(runs())
    assert suspended["status"] == "suspended"
    assert "left" in other["output"]["files"]["/tmp"]
    assert again["output"]["files"]["/tmp"] == []
    assert ended == []


def test_a_sandbox_takes_no_second_nonce(host: Callable[[], Host]) -> None:
    async def twice() -> None:
        task = host()
        try:
            await task.start()
            running = task.host._running["task"]
            assert running.sandbox is not None
            with pytest.raises(AssertionError, match="one task"):
                await running.sandbox.serve("n", running.listener, one_run=True)
        finally:
            task.host.close()

    asyncio.run(twice())
