"""A task over its socket: who may call it, one call at a time, and nothing of one call left for the next."""

import contextlib
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.scene import SPEC, Scene, wait_until

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


@pytest.mark.parametrize("nonce", ["", "wrong", "nonce2", "NONCE", "ünonce"])
def test_a_caller_without_the_nonce_is_told_that_this_is_another_task(scene: Scene, nonce: str) -> None:
    task = scene.task({"logic.py": ECHO})
    status, body = task.post(b'{"run_id": "r", "input": {}}', nonce.encode("latin-1", "replace").decode("latin-1"))
    assert (status, json.loads(body)["error"]["code"]) == (403, "wrong_task")


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


def test_a_schema_that_takes_for_ever_ends_at_the_deadline(scene: Scene) -> None:
    spec = {**SPEC, "input_schema": {"type": "object", "properties": {"x": {"type": "string", "pattern": "^(a+)+$"}}}}
    task = scene.task({"logic.py": ECHO}, spec, seconds=1.0)
    assert task.run(input={"x": "a" * 60 + "!"})["error"]["code"] == "deadline"
    assert task.run(input={"x": "aaa"})["status"] == "succeeded"


SEARCH = """
import os
found = []
for name in os.listdir('/proc'):
    if not name.isdigit() or int(name) == os.getpid():
        continue
    for part in ('environ', 'cmdline', 'maps', 'mem', 'auxv', 'stack'):
        try:
            with open(f'/proc/{name}/{part}', 'rb') as file:
                data = file.read(1 << 20)
        except OSError:
            continue
        if b'nonce' in data.lower() or (part in ('maps', 'mem', 'auxv') and int(name) != 1):
            found.append(f'{name}/{part}')
    try:
        links = [os.readlink(f'/proc/{name}/fd/{number}') for number in os.listdir(f'/proc/{name}/fd')]
        found += [link for link in links if link != '/dev/null' and link.startswith('/')]
    except OSError:
        pass
return {'found': found}
"""


def test_the_nonce_is_nowhere_for_the_agent_to_find(scene: Scene) -> None:
    assert scene.task(logic(SEARCH.strip())).run()["output"] == {"found": []}


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
