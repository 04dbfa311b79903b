"""The guard in the agent's process: nothing that the static gate allows ends it, everything else does."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mam_agent import guard, zygote
from mam_agent.preload import IMPORTABLE

from shared.builds.code_gate import vocabulary
from tests.unit.layers.agent_base import vocabulary_in_use as words

assert zygote  # loaded, as it is in a task
Call = Callable[..., Any]


def test_every_word_of_the_vocabulary_is_tried() -> None:
    assert {name: set(tried) for name, tried in words.MODULES.items()} == {
        name: set(allowed) for name, allowed in vocabulary.MODULES.items()
    }
    assert set(words.BUILTINS) == vocabulary.BUILTINS
    assert vocabulary.MODULES.keys() <= IMPORTABLE
    assert vocabulary.BUILTINS <= guard.BUILTINS


EXPRESSIONS = [
    *((f"{module}.{name}", used) for module, names in words.MODULES.items() for name, used in names.items()),
    *words.BUILTINS.items(),
]


@pytest.mark.parametrize("used", [used for _, used in EXPRESSIONS], ids=[name for name, _ in EXPRESSIONS])
def test_a_word_of_the_vocabulary_does_not_end_an_agent(guarded_call: Call, used: str) -> None:
    reply = guarded_call(words.module(used))
    assert reply["status"] == "succeeded", reply


@pytest.mark.parametrize("name", words.CODECS)
def test_text_is_encoded_by_any_codec_or_refused_as_ever(guarded_call: Call, name: str) -> None:
    reply = guarded_call(words.module(f"[encoded('ü', {name!r}), b'x'.decode({name!r}, 'replace') if 0 else 0]"))
    assert reply["status"] == "succeeded", reply


@pytest.mark.parametrize(
    "sloppy",
    [
        "nothing()\nreturn {}",
        "1 is 1\nreturn {'x': '\\d'}",
        "class Odd:\n    def __del__(self): raise ValueError('x')\nOdd()\nreturn {}",
        "import asyncio\nasync def bad(): raise ValueError('x')\nasync def ok(): return 1\n"
        "try:\n    await asyncio.gather(bad(), bad(), ok())\nexcept ValueError:\n    pass\nreturn {}",
        "x = [0]\nx.append(x)\nreturn {'x': repr(x)}",
    ],
)
def test_what_python_only_warns_of_does_not_end_an_agent(guarded_call: Call, sloppy: str) -> None:
    body = "".join(f"    {line}\n" for line in sloppy.splitlines())
    reply = guarded_call(f"async def nothing():\n    return 1\n\nasync def run(input, tools):\n{body}")
    assert reply["status"] == "succeeded", reply


def test_an_exception_is_still_told_by_class_and_line(guarded_call: Call) -> None:
    assert guarded_call("x = 1\nraise KeyError(x)")["error"]["message"] == "KeyError in logic.py, line 3"
    assert guarded_call("class Odd(Exception): pass\nraise Odd('secret')")["error"]["message"].startswith(
        "an exception of its own in logic.py"
    )


FORBIDDEN = {
    "a file": ("import json\njson.codecs.open('/etc/hostname')", 81),
    "a file of its own": ("import json\njson.codecs.open('x', 'w')", 81),
    "a folder": ("import csv\nimport mam_agent\nmam_agent.tools.asyncio.base_events.os.listdir('/')", 81),
    "another module": ("import os", 82),
    "a module that is loaded": ("import sys", 82),
    "a module of the SDK": ("from mam_agent import guard\nguard.os.listdir('/')", 81),
    "the real import": ("import json\njson.codecs.builtins.__import__('wave')", 82),
    "its own import": ("__builtins__['__import__']('os')", 82),
    "a relative import": ("from . import x", 82),
    "execution": ("import json\njson.codecs.builtins.exec('x = 1')", 83),
    "evaluation": ("import json\njson.codecs.builtins.eval('1')", 83),
    "compilation": ("import json\njson.codecs.builtins.compile('1', 'x', 'eval')", 83),
    "a function of other code": ("def f(): pass\nf.__code__ = f.__code__", 83),
    "a made function": ("def f(): pass\nf.__class__(f.__code__, {})", 83),
    "the standard dataclass": ("import dataclasses\ndataclasses._create_fn('f', [], ['pass'])", 83),
    "a named tuple": ("import collections\ncollections.namedtuple('A', 'x')", 83),
    "a socket": ("import asyncio\nasyncio.base_events.socket.socket()", 84),
    "a name": ("import asyncio\nasyncio.base_events.socket.getaddrinfo('a.test', 80)", 84),
    "a program": ("import asyncio\nasyncio.base_events.subprocess.Popen(['true'])", 85),
    "a shell": ("import asyncio\nasyncio.base_events.os.system('true')", 85),
    "a fork": ("import asyncio\nasyncio.base_events.os.fork()", 85),
    "a signal": ("import asyncio\nasyncio.base_events.os.kill(1, 9)", 85),
    "native code": ("from mam_agent import seccomp\nseccomp.ctypes.CDLL(None)", 86),
    "native memory": ("from mam_agent import seccomp\nseccomp.ctypes.string_at(1)", 86),
    "the collector": ("from mam_agent import zygote\nzygote.gc.get_objects()", 87),
    "a trace": ("from mam_agent import guard\nguard.sys.settrace(None)", 87),
    "a hook of its own": ("from mam_agent import guard\nguard.sys.addaudithook(print_nothing)", 87),
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_no_agent_does_ends_it_and_is_named(guarded_call: Call, name: str) -> None:
    body, status = FORBIDDEN[name]
    for attempt in (body, f"try:\n{_indented(body)}\nexcept BaseException:\n    pass"):
        logic = f"print_nothing = None\n\nasync def run(input, tools):\n{_indented(attempt)}\n    return {{}}"
        reply = guarded_call(logic)
        assert reply["error"] == {"code": "forbidden_action", "message": guard.BREACHES[status]}


def test_it_holds_while_the_module_is_loaded(guarded_call: Call) -> None:
    reply = guarded_call("import json\njson.codecs.open('/etc/hostname')\nasync def run(input, tools):\n    return {}")
    assert reply["error"]["code"] == "forbidden_action"


def test_an_agent_cannot_take_the_guard_off(guarded_call: Call, tmp_path: Path) -> None:
    reply = guarded_call(
        "from mam_agent import guard\nguard.HARMLESS = {'open'}\nguard._STATUS_OF.clear()\nguard.os._exit = int\n"
        "guard._hook = guard.guarded = None\nguard.sys.modules.clear()\n"
        f"guard.builtins.open({str(tmp_path / 'canary')!r}, 'w')\nreturn {{}}"
    )
    assert reply["error"] == {"code": "forbidden_action", "message": guard.BREACHES[81]}
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize(
    "call", ["os.open('/etc/hostname', 0)", "os.stat('/etc/hostname')", "os.mkdir('x')", "os.readlink('/proc/self')",
             "os.memfd_create('x')", "os.pipe()", "os.sched_setaffinity(0, {0})", "os.setsid()", "os.nice(1)"],
)  # fmt: skip
def test_system_calls_without_an_event_are_refused_by_the_filter(guarded_call: Call, call: str) -> None:
    assert guarded_call(f"from mam_agent import guard\nos = guard.os\n{call}\nreturn {{}}")["status"] == "failed"


def test_the_modules_of_an_agent_have_few_builtins_and_the_libraries_have_theirs(guarded_call: Call) -> None:
    reply = guarded_call("import json\nreturn {'own': sorted(__builtins__), 'all': len(json.codecs.builtins.__dict__)}")
    assert set(reply["output"]["own"]) == guard.BUILTINS | {"__import__"}
    assert reply["output"]["all"] > 100


def test_the_parent_is_as_it_was(guarded_call: Call) -> None:
    guarded_call("return {}")
    assert "agent" not in sys.modules or not hasattr(sys.modules["agent"], "run")
    "x".encode("cp037")
    compile("1", "x", "eval")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())
