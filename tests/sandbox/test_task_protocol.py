"""A task over its socket: who may call it, one call at a time, and nothing of one call left for the next."""

import contextlib
import json
import os
import secrets
import signal
import threading
import time
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.scene import NONCE, SPEC, Scene, wait_until

ECHO = "async def run(input, tools):\n    return {'input': input}\n"


def suppressed(call: Callable[[], Any]) -> Callable[[], None]:
    def run() -> None:
        with contextlib.suppress(OSError):
            call()

    return run


def logic(body: str) -> dict[str, str]:
    return {"logic.py": "async def run(input, tools):\n" + "".join(f"    {line}\n" for line in body.splitlines())}


def test_a_task_answers_its_health_and_its_calls(scene: Scene) -> None:
    task = scene.task({"logic.py": ECHO})
    assert task.run(input={"x": "ü"}) == {"status": "succeeded", "output": {"input": {"x": "ü"}}}
    assert task.get("/health") == {"status": "ok", "busy": False}


@pytest.mark.parametrize("nonce", ["", "wrong", "nonce2", "NONCE", "ünonce", NONCE[:-1], NONCE + "0"])
def test_a_caller_without_the_nonce_is_told_that_this_is_another_task(scene: Scene, nonce: str) -> None:
    task = scene.task({"logic.py": ECHO})
    status, body = task.post(b'{"run_id": "r", "input": {}}', nonce.encode("latin-1", "replace").decode("latin-1"))
    assert (status, json.loads(body)["error"]["code"]) == (403, "wrong_task")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        task.get("/health", nonce.encode("latin-1", "replace").decode("latin-1"))


def test_a_second_call_at_the_same_time_is_refused(scene: Scene) -> None:
    task = scene.task(logic("import time\ntime.sleep(1.5)\nreturn {}"))
    assert wait_until(lambda: task.get("/health")["status"] == "ok")
    first: list[Any] = []
    calling = threading.Thread(target=lambda: first.append(task.run()))
    calling.start()
    assert wait_until(lambda: task.get("/health")["busy"])
    status, body = task.post(b'{"run_id": "r", "input": {}}')
    assert (status, json.loads(body)["error"]["code"]) == (409, "busy")
    calling.join()
    assert first == [{"status": "succeeded", "output": {}}]
    assert task.run() == {"status": "succeeded", "output": {}}


def test_a_call_that_is_too_large_is_refused_and_the_task_goes_on(scene: Scene) -> None:
    task = scene.task({"logic.py": ECHO})
    status, body = task.post(b'{"run_id": "r", "input": {"x": "' + b"x" * 5_100_000 + b'"}}')
    assert (status, json.loads(body)["error"]["code"]) == (413, "call_too_large")
    assert task.run()["status"] == "succeeded"


def test_what_is_no_call_at_all_is_answered_and_the_task_goes_on(scene: Scene) -> None:
    task = scene.task({"logic.py": ECHO})
    for body in (b"", b"{", b"\xff", b"[" * 1_000_000):
        status, answer = task.post(body)
        assert (status, json.loads(answer)["error"]["code"]) == (400, "bad_call")
    assert task.run()["status"] == "succeeded"


LEAVE = """
import os, stat
os.makedirs('/tmp/deep/' + '/'.join('d' * 200 for _ in range(15)))
open('/tmp/file', 'w').write('secret')
os.symlink('/usr', '/tmp/link')
os.mkdir('/tmp/closed')
open('/tmp/closed/inner', 'w').close()
os.chmod('/tmp/closed', 0)
open('/dev/shm/file', 'w').write('secret')
open(b'/tmp/\\xff\\xfe', 'w').close()
for n in range(2000): open(f'/tmp/many-{n}', 'w').close()
os.chmod('/tmp', 0o755)
os.utime('/tmp', (1234567, 1234567))
return {}
"""
LOOK = """
import os
found = os.listdir('/tmp') + os.listdir('/dev/shm')
state = os.stat('/tmp')
return {'found': found, 'mode': oct(state.st_mode), 'old': state.st_mtime == 1234567}
"""


def test_nothing_of_a_run_is_left_for_the_next(scene: Scene) -> None:
    leave = "".join(f"    {line}\n" for line in LEAVE.strip().splitlines())
    task = scene.task(logic("if input.get('leave'):\n" + leave + LOOK))
    assert task.run(input={"leave": True}) == {"status": "succeeded", "output": {}}
    assert task.run()["output"] == {"found": [], "mode": "0o41777", "old": False}


def test_a_folder_tree_deeper_than_any_path_is_cleaned_up(scene: Scene) -> None:
    dig = "os.chdir('/tmp')\nfor _ in range(3000):\n    os.mkdir('d' * 100)\n    os.chdir('d' * 100)\nreturn {}"
    task = scene.task(logic(f"import os\nif not input:\n    return {{'found': os.listdir('/tmp')}}\n{dig}"))
    assert task.run(input={"dig": 1}) == {"status": "succeeded", "output": {}}
    assert task.run()["output"] == {"found": []}


def test_modules_changed_by_a_run_are_as_they_were_in_the_next(scene: Scene) -> None:
    body = (
        "import json, builtins\nseen = getattr(builtins, 'left', None)\nbuiltins.left = 'x'\n"
        "json.loads = lambda *a, **k: {}\nreturn {'seen': seen}"
    )
    task = scene.task(logic(body))
    task.run()
    assert task.run() == {"status": "succeeded", "output": {"seen": None}}


def test_a_full_disk_is_empty_for_the_next_run(scene: Scene) -> None:
    fill = (
        "try:\n    for n in range(9):\n        open(f'/tmp/{n}', 'wb').write(b'x' * (16 << 20))\n"
        "except OSError as full:\n    return {'errno': full.errno}\nreturn {}"
    )
    task = scene.task(logic(fill))
    assert task.run()["output"] == {"errno": 28}
    assert task.run()["output"] == {"errno": 28}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("while True: pass", "deadline"),
        ("import os\nos._exit(0)", "agent_crashed"),
        ("x = [bytearray(1 << 20) for _ in range(4000)]\nreturn {}", "agent_error"),
        ("import os\nos.fork()\nreturn {}", "agent_error"),
        ("import os\nos.kill(-1, 9)\nreturn {}", "agent_error"),
        ("import os\nos.kill(1, 9)\nreturn {}", "agent_error"),
    ],
)
def test_a_task_survives_what_its_agent_does(scene: Scene, body: str, code: str) -> None:
    task = scene.task(logic(f"if not input: return {{}}\n{body}"), seconds=1.5)
    assert task.run(input={"go": 1})["error"]["code"] == code
    assert task.run() == {"status": "succeeded", "output": {}}


def test_when_memory_runs_out_it_is_the_agents_process_that_goes(scene: Scene) -> None:
    read = "return {name: open(f'/proc/{name}/oom_score_adj').read().strip() for name in ('self', '1')}"
    found = scene.task(logic(read)).run()["output"]
    assert int(found["self"]) == 1000
    assert int(found["1"]) < 1000


def test_a_schema_that_takes_for_ever_ends_at_the_deadline(scene: Scene) -> None:
    spec = {**SPEC, "input_schema": {"type": "object", "properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}}}
    task = scene.task({"logic.py": ECHO}, spec, seconds=1.0)
    assert task.run(input={"x": "a" * 60 + "!"})["error"]["code"] == "deadline"
    assert task.run(input={"x": "aaa"})["status"] == "succeeded"


SEARCH = """
import ctypes, os

def holds(data, head, tail):
    at = data.find(head)
    while at >= 0:
        if data[at + len(head) : at + len(head) + len(tail)] == tail:
            return True
        at = data.find(head, at + 1)
    return False

def own_memory():
    for line in open('/proc/self/maps'):
        area, mode = line.split()[:2]
        if mode[0] == 'r' and not line.rstrip().endswith(('[vvar]', '[vsyscall]', '[vvar_vclock]')):
            start, end = (int(part, 16) for part in area.split('-'))
            if end - start < 64 << 20:
                yield 'memory ' + area, ctypes.string_at(start, end - start)

def of_processes():
    for name in os.listdir('/proc'):
        if name.isdigit() or name == 'self':
            for part in ('environ', 'cmdline', 'mem', 'auxv', 'stack', 'comm', 'status'):
                try:
                    with open(f'/proc/{name}/{part}', 'rb') as file:
                        yield f'{name}/{part}', file.read(1 << 20)
                except OSError:
                    continue

async def run(input, tools):
    found = {}
    for key, (head, tail) in input['halves'].items():
        places = [*own_memory(), *of_processes(), ('environment', repr(os.environ).encode())]
        found[key] = [place for place, data in places if holds(data, head.encode(), tail.encode())]
    return {'found': found}
"""


def test_the_nonce_is_nowhere_for_the_agent_to_find(scene: Scene) -> None:
    """Not in its own memory either, which is its parents'. The control is a text that it was given."""
    planted = "planted-" + secrets.token_hex(8)
    halves = {name: (whole[:8], whole[8:]) for name, whole in {"nonce": NONCE, "planted": planted}.items()}
    reply = scene.task({"logic.py": SEARCH}, seconds=60).run(input={"halves": halves, "planted": planted})
    assert reply["status"] == "succeeded", reply
    found = reply["output"]["found"]
    assert found["planted"]
    assert found["nonce"] == []


READ_OTHERS = """
import os
found = []
for name in os.listdir('/proc'):
    if not name.isdigit() or int(name) == os.getpid():
        continue
    for part in ('environ', 'maps', 'mem', 'auxv', 'stack'):
        try:
            with open(f'/proc/{name}/{part}', 'rb') as file:
                if file.read(1 << 20):
                    found.append(f'{name}/{part}')
        except OSError:
            continue
    for part in ('mem', 'oom_score_adj', 'coredump_filter', 'comm', 'setgroups', 'clear_refs'):
        if os.access(f'/proc/{name}/{part}', os.W_OK):
            found.append(f'{name}/{part} for writing')
    try:
        links = [os.readlink(f'/proc/{name}/fd/{number}') for number in os.listdir(f'/proc/{name}/fd')]
        found += [link for link in links if link != '/dev/null' and link.startswith('/')]
    except OSError:
        pass
return {'found': found, 'first': open('/proc/1/cmdline').read().split(chr(0))[0]}
"""


def test_the_first_process_is_the_tasks_own_and_no_process_can_be_looked_into_or_changed(scene: Scene) -> None:
    reply = scene.task(logic(READ_OTHERS.strip())).run()["output"]
    assert reply["found"] == []
    assert "python" in reply["first"]


WRITE = (
    "import os\ntried = []\nfor name in ('mem', 'oom_score_adj', 'coredump_filter', 'comm'):\n"
    "    for pid in (1, 2):\n        try:\n            open(f'/proc/{pid}/{name}', 'r+b').close()\n"
    "            tried.append(f'{pid}/{name}')\n        except OSError:\n            pass\nreturn {'opened': tried}"
)


def test_the_tasks_own_processes_cannot_be_opened_for_writing(scene: Scene) -> None:
    assert scene.task(logic(WRITE)).run()["output"] == {"opened": []}


def test_the_first_process_reaps_what_loses_its_parent(scene: Scene) -> None:
    """The zygote's death is the task's: nothing is left that could serve."""
    task = scene.task({"logic.py": ECHO})
    assert task.run()["status"] == "succeeded"
    server = scene.processes(task)[1]
    (zygote,) = [pid for pid in scene.processes(task)[2:] if scene.alive(pid)]
    os.kill(zygote, signal.SIGKILL)
    assert wait_until(lambda: not scene.alive(server))
    task.sandbox.process.wait(10)


def test_a_suspended_run_goes_on_in_another_task(scene: Scene) -> None:
    files = logic(
        "import random\nfirst = random.random()\nnow = await tools.now()\nreturn {'x': [now, first, random.random()]}"
    )
    one, other = scene.task(files), scene.task(files)
    asked = one.run(run_id="a")
    assert asked == {"status": "suspended", "effects": [{"id": 1, "kind": "now", "args": {}}]}
    results = [{"id": 1, "ok": True, "value": "2026-11-23T00:00:00Z"}]
    assert one.run(run_id="a", results=results) == other.run(run_id="a", results=results)


def test_the_order_of_sets_is_the_same_in_every_task(scene: Scene) -> None:
    files = logic("return {'order': list({str(number) for number in range(50)})}")
    assert scene.task(files).run() == scene.task(files).run()


def test_ending_the_sandbox_ends_all_that_is_in_it(scene: Scene) -> None:
    task = scene.task(logic("import time\ntime.sleep(60)"))
    calling = threading.Thread(target=suppressed(task.run))
    calling.start()
    assert wait_until(lambda: len(scene.processes(task)) >= 3)
    pids = scene.processes(task)
    task.sandbox.kill()
    time.sleep(0.05)
    assert not [pid for pid in pids if scene.alive(pid)]
    calling.join()
