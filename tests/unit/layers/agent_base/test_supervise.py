"""One call with real agent code in a real process: whatever the agent does, the reply is one of the protocol."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from mam_agent.agent_process import MAX_OUTPUT_BYTES, Place
from mam_agent.supervise import Served, serve_call

from tests.sandbox.unguarded import unguarded

SPEC = {
    "input_schema": {
        "type": "object",
        "required": ["items"],
        "additionalProperties": False,
        "properties": {
            "items": {
                "type": "array",
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "required": ["price"],
                    "properties": {"price": {"type": "number", "minimum": 0}},
                },
            },
            "kind": {"enum": ["a", "b"]},
            "slow": {"type": "string", "pattern": "^(a+)+$"},
        },
    },
    "output_schema": {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}},
    "capabilities": {"effects": ["fetch", "now"]},
}
INPUT = {"items": [{"price": 2}, {"price": 3}]}


@pytest.fixture(autouse=True)
def no_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard, which has its own tests, would end most of these agents before they reach what is tested here."""
    monkeypatch.setattr("mam_agent.agent_process.guarded", unguarded)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    app, scratch = tmp_path / "app", tmp_path / "scratch"
    app.mkdir()
    scratch.mkdir()
    (app / "agent.py").write_text(
        "import logic\n\nasync def run(input, tools):\n    return await logic.run(input, tools)\n"
    )
    (app / "spec.json").write_text(json.dumps(SPEC))
    return Place(app=app, scratch=str(scratch), seconds=3.0)


def call(place: Place, logic: str, input: Any = None, results: Any = ()) -> Any:
    """`logic` is the body of `run`, or a whole module if it defines it."""
    if "async def run" not in logic:
        logic = "async def run(input, tools):\n" + "".join(f"    {line}\n" for line in logic.splitlines())
    (place.app / "logic.py").write_text(logic)
    body = {"run_id": "run-1", "input": INPUT if input is None else input, "results": list(results)}
    status, reply, *_ = serve_call(json.dumps(body).encode(), place)
    assert status == 200
    return json.loads(reply)


def code(reply: Any) -> str:
    assert reply["status"] == "failed", reply
    return reply["error"]["code"]


def test_an_agent_answers(place: Place) -> None:
    reply = call(place, "return {'total': sum(item['price'] for item in input['items'])}")
    assert reply == {"status": "succeeded", "output": {"total": 5}}


def test_an_agent_is_suspended_and_goes_on(place: Place) -> None:
    logic = "page = await tools.fetch('https://a.test/')\nreturn {'total': len(page['text'])}"
    assert call(place, logic)["effects"] == [{"id": 1, "kind": "fetch", "args": {"url": "https://a.test/"}}]
    assert call(place, logic, results=[{"id": 1, "ok": True, "value": {"text": "four"}}])["output"] == {"total": 4}


@pytest.mark.parametrize(
    ("input", "field"),
    [
        ({"items": [{"price": 1}, {"price": "much"}]}, "items.1.price"),
        ({"items": [{"price": -1}]}, "items.0.price"),
        ({"items": [{}]}, "items.0.price"),
        ({"items": [{"price": 1}] * 4}, "items"),
        ({}, "items"),
        ({"items": [], "kind": "c"}, "kind"),
        ({"items": [], "more": 1}, "more"),
        ([], ""),
        (None, ""),
        ("text", ""),
    ],
)
def test_invalid_input_names_the_field_and_never_reaches_the_agent(place: Place, input: Any, field: str) -> None:
    (place.app / "logic.py").write_text(f"open({str(place.app / 'reached')!r}, 'w')\n")
    body = json.dumps({"run_id": "r", "input": input}).encode()
    reply = json.loads(serve_call(body, place)[1])
    assert code(reply) == "invalid_input"
    assert reply["error"]["field"] == field
    assert not (place.app / "reached").exists()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b'{"run_id": "r"}', b'{"run_id": "", "input": 1}',
     b'{"run_id": 1, "input": 1}', b'{"run_id": "r", "input": 1, "more": 1}',
     b'{"run_id": "r", "input": 1, "results": {}}',
     b'{"run_id": "r", "input": 1, "results": [1]}', b'{"run_id": "r", "input": 1, "results": [{"id": 0, "ok": true}]}',
     b'{"run_id": "r", "input": 1, "results": [{"id": true, "ok": true}]}',
     b'{"run_id": "r", "input": 1, "results": [{"id": 1, "ok": "yes"}]}',
     b'{"run_id": "r", "input": 1, "results": [{"id": 1, "ok": false}]}',
     b'{"run_id": "r", "input": 1, "results": [{"id": 1, "ok": true}, {"id": 1, "ok": true}]}', b"\xff\xfe"],
)  # fmt: skip
def test_a_call_that_is_not_of_the_protocol_is_the_callers_mistake(place: Place, body: bytes) -> None:
    status, reply, *_ = serve_call(body, place)
    assert (status, code(json.loads(reply))) == (400, "bad_call")


def test_an_exception_is_told_by_class_and_line_and_by_nothing_of_its_text(place: Place) -> None:
    reply = call(place, "secret = 'token-123'\nraise ValueError(secret + ' in /root/secret')")
    assert reply["error"] == {"code": "agent_error", "message": "ValueError in logic.py, line 3"}


def test_an_exception_class_of_the_agent_does_not_carry_text_out(place: Place) -> None:
    reply = call(place, "raise type('token123', (Exception,), {})()")
    assert "token123" not in json.dumps(reply)
    assert code(reply) == "agent_error"


def test_broken_code_fails_by_name_and_line(place: Place) -> None:
    assert (
        call(place, "async def run(input, tools):\n    return (")["error"]["message"]
        == "SyntaxError in logic.py, line 2"
    )


def test_an_agent_without_run_fails(place: Place) -> None:
    (place.app / "agent.py").write_text("x = 1\n")
    assert code(call(place, "return {}")) == "agent_error"


@pytest.mark.parametrize(
    "logic",
    [
        "import sys\nsys.exit(0)",
        "import sys\nprint('{\"status\": \"succeeded\"}', flush=True)\nsys.stderr.write('x')\nraise KeyboardInterrupt",
        "raise GeneratorExit",
        "raise BaseException('x')",
        "def down(): down()\ndown()",
        "raise MemoryError",
    ],
)
def test_ways_to_end_that_are_exceptions_are_agent_errors(place: Place, logic: str) -> None:
    assert code(call(place, logic)) == "agent_error"


@pytest.mark.parametrize(
    "logic",
    [
        "import os\nos._exit(0)",
        "import os\nos.abort()",
        "import os\nos.closerange(0, 64)\nreturn {'total': 1}",
        "import ctypes\nctypes.string_at(0)",
        "import os\nwhile True: os.close(os.open('/dev/null', 0)) or os._exit(3)",
    ],
)
def test_a_process_that_ends_without_an_answer_has_crashed(place: Place, logic: str) -> None:
    assert code(call(place, logic)) == "agent_crashed"


@pytest.mark.parametrize("logic", ["while True: pass", "import time\ntime.sleep(60)", "import signal\nsignal.pause()"])
def test_a_run_without_an_end_meets_its_deadline(place: Place, logic: str) -> None:
    quick = Place(app=place.app, scratch=place.scratch, seconds=0.5)
    assert call(quick, logic)["error"] == {"code": "deadline", "message": "the agent did not answer within 0.5 s"}


def test_a_loop_that_catches_everything_meets_its_deadline(place: Place) -> None:
    quick = Place(app=place.app, scratch=place.scratch, seconds=0.5)
    logic = "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass"
    assert code(call(quick, logic)) == "deadline"


@pytest.mark.parametrize(
    ("logic", "expected"),
    [
        ("return {'total': {1, 2}}", "invalid_output"),
        ("return {'total': float('nan')}", "invalid_output"),
        ("return {'total': 'many'}", "invalid_output"),
        ("return {}", "invalid_output"),
        ("return [1]", "invalid_output"),
        ("return None", "invalid_output"),
        ("return {'total': 1, 'x': '\\ud800'}", "invalid_output"),
        ("x = {}\nx['total'] = x\nreturn x", "invalid_output"),
        (f"return {{'total': 1, 'x': 'x' * {MAX_OUTPUT_BYTES}}}", "output_too_large"),
    ],
)
def test_output_that_is_not_what_the_spec_promises_fails(place: Place, logic: str, expected: str) -> None:
    assert code(call(place, logic)) == expected


def test_invalid_output_names_the_field(place: Place) -> None:
    assert call(place, "return {'total': 'many'}")["error"]["field"] == "total"


def test_an_undeclared_effect_is_refused(place: Place) -> None:
    assert code(call(place, "await tools.notify('subject', 'body')\nreturn {'total': 1}")) == "undeclared_effect"


def test_prints_go_nowhere(place: Place, capfd: pytest.CaptureFixture[str]) -> None:
    saying = "import os, sys\nprint('leak')\nsys.stderr.write('leak')\nos.write(1, b'leak')\nos.write(2, b'leak')"
    logic = f"{saying}\nreturn {{'total': 1}}"
    assert call(place, logic) == {"status": "succeeded", "output": {"total": 1}}
    assert capfd.readouterr() == ("", "")


FORGE = """
import json, os
def say(answer):
    for number in range(3, 64):
        try:
            if not os.isatty(number):
                os.write(number, json.dumps(answer).encode())
        except OSError:
            pass
    os._exit(0)
async def run(input, tools):
    say({answer})
"""


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"status": "succeeded", "output": {"total": "forged"}}, "invalid_output"),
        ({"status": "succeeded", "output": {"total": 1}, "more": 1}, "invalid_output"),
        ({"status": "succeeded", "output": [1]}, "invalid_output"),
        ({"status": "succeeded"}, "invalid_output"),
        ({"status": "suspended", "effects": [{"id": 1, "kind": "notify", "args": {}}]}, "undeclared_effect"),
        ({"status": "suspended", "effects": [{"id": 1, "kind": "shell", "args": {"cmd": "id"}}]}, "undeclared_effect"),
        (
            {"status": "suspended", "effects": [{"id": 1, "kind": "fetch", "args": {"url": "x", "method": "PUT"}}]},
            "agent_crashed",
        ),
        ({"status": "suspended", "effects": [{"id": 1, "kind": "fetch", "args": []}]}, "agent_crashed"),
        ({"status": "suspended", "effects": [{"id": -1, "kind": "now", "args": {}}]}, "agent_crashed"),
        ({"status": "suspended", "effects": [{"id": True, "kind": "now", "args": {}}]}, "agent_crashed"),
        (
            {
                "status": "suspended",
                "effects": [{"id": 2, "kind": "now", "args": {}}, {"id": 1, "kind": "now", "args": {}}],
            },
            "agent_crashed",
        ),
        ({"status": "suspended", "effects": [{"id": 7, "kind": "now", "args": {}}] * 2}, "agent_crashed"),
        (
            {"status": "suspended", "effects": [{"id": n, "kind": "now", "args": {}} for n in range(1, 67)]},
            "agent_crashed",
        ),
        ({"status": "suspended", "effects": []}, "agent_crashed"),
        ({"status": "failed", "error": {"code": "invalid_input", "message": "x", "field": "y"}}, "agent_error"),
        ({"status": "failed", "error": {"code": "deadline", "message": "x"}}, "agent_error"),
        ({"status": "failed"}, "agent_crashed"),
        ({"status": "paid"}, "agent_crashed"),
        ([], "agent_crashed"),
        ("succeeded", "agent_crashed"),
    ],
)
def test_a_forged_answer_is_checked_like_any_other(place: Place, answer: Any, expected: str) -> None:
    reply = call(place, FORGE.replace("{answer}", repr(answer)))
    assert code(reply) == expected
    assert "field" not in reply["error"] or expected == "invalid_output"


TEXT = "PWNED <script> %s {0}"
RAW = """
import os
async def run(input, tools):
    for number in range(3, 64):
        try:
            os.write(number, {data})
        except OSError:
            pass
    os._exit(0)
"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (TEXT.encode(), f"the agent's process wrote {len(TEXT)} bytes that are no answer"),
        (b"\xff\x00\x1b[31m\r\n", "the agent's process wrote 9 bytes that are no answer"),
        (b'{"status": "succeeded", "out', "the agent's process wrote 28 bytes that are no answer"),
        (b"[" * 60_000, "the agent's process wrote 60000 bytes that are no answer"),
        (
            json.dumps({"status": "failed", "error": {"code": "agent_error", "message": TEXT}}).encode(),
            f"the agent's process gave {len(TEXT)} characters that are no reason of this platform's",
        ),
        (
            json.dumps({"status": "failed", "error": {"code": TEXT, "message": "x"}}).encode(),
            "the agent's process gave 1 characters that are no reason of this platform's",
        ),
        (
            b'{"status": "failed", "error": {"code": "agent_error", "message": "ValueError in logic.py, line 3"}}',
            "ValueError in logic.py, line 3",
        ),
    ],
)  # fmt: skip
def test_bytes_of_an_agents_process_are_counted_and_never_quoted(place: Place, data: bytes, message: str) -> None:
    reply = call(place, RAW.replace("{data}", repr(data)))
    assert reply["error"]["message"] == message
    assert reply["error"]["code"] in {"agent_crashed", "agent_error"}


FLOOD = """
import os
async def run(input, tools):
    number = max(int(name) for name in os.listdir('/proc/self/fd') if os.path.exists(f'/proc/self/fd/{name}'))
    while True:
        os.write(number, b'x' * 65536)
"""


def test_a_flood_is_cut_off(place: Place) -> None:
    assert code(call(place, FLOOD)) == "output_too_large"


@pytest.mark.parametrize(
    "output",
    ["{'total': 1, TEXT: 1}", "{'total': 1, 'known': {TEXT: 'x'}}", "{'total': 1, 'known': {'known': {TEXT: 1}}}"],
)  # fmt: skip
def test_a_name_in_the_output_that_the_schema_does_not_hold_is_not_quoted(place: Place, output: str) -> None:
    inner = {"type": "object", "additionalProperties": {"type": "integer"}}
    schema = {
        "type": "object",
        "required": ["total"],
        "additionalProperties": False,
        "properties": {"total": {"type": "number"}, "known": inner},
    }
    (place.app / "spec.json").write_text(json.dumps({**SPEC, "output_schema": schema}))
    reply = call(place, f"TEXT = {TEXT!r}\nreturn {output}")
    assert code(reply) == "invalid_output"
    assert "PWNED" not in json.dumps(reply)


@pytest.mark.parametrize("status", range(80, 88))
def test_a_process_that_ends_like_a_guarded_one_only_accuses_itself(place: Place, status: int) -> None:
    assert code(call(place, f"import os\nos._exit({status})")) == "forbidden_action"


def test_a_call_of_another_run_than_the_one_that_is_bound_runs_nothing(place: Place) -> None:
    (place.app / "logic.py").write_text("async def run(input, tools):\n    return {'total': 1}\n")
    body = json.dumps({"run_id": "run-1", "input": INPUT}).encode()
    first = serve_call(body, place)
    assert (first.status, first.goes_on) == (200, False)
    assert serve_call(body, place, first.run).status == 200
    other = serve_call(body.replace(b"run-1", b"run-2"), place, first.run)
    assert (other.status, json.loads(other.body)["error"]["code"]) == (503, "other_run")
    assert Served.unpacked(first.packed()) == first


def test_half_a_character_smuggled_past_the_sdk_is_invalid_output(place: Place) -> None:
    answer = {"status": "succeeded", "output": {"total": 1, "x": "\ud800"}}
    assert (
        code(call(place, FORGE.replace("{answer}", f"json.loads({json.dumps(json.dumps(answer))})")))
        == "invalid_output"
    )


def test_two_answers_are_none(place: Place) -> None:
    twice = FORGE.replace("{answer}", repr({"status": "succeeded", "output": {"total": 1}})).replace(
        "    os._exit(0)", "    return"
    )
    assert code(call(place, twice + "\n    return {'total': 2}")) == "agent_crashed"


NOT_ALLOWED = {
    "fork": "import os\nos.fork()",
    "a program": "import os\nos.execv('/bin/sh', ['sh'])",
    "subprocess": "import subprocess\nsubprocess.run(['true'])",
    "a thread": "import threading\nthreading.Thread(target=print).start()",
    "a socket": "import socket\nsocket.socket()",
    "a socket pair": "import socket\nsocket.socketpair()",
    "killing its parent": "import os\nos.kill(os.getppid(), 9)",
    "killing its group": "import os\nos.killpg(0, 9)",
    "shared memory": "import ctypes\nif ctypes.CDLL(None).shmget(1, 4096, 0o1666) < 0: raise OSError('refused')",
    "limits of its parent": "import os, resource\nresource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
    "attributes of its folder": "import os\nos.setxattr('.', 'user.x', b'1')",
}


@pytest.mark.parametrize("name", NOT_ALLOWED)
def test_an_agents_process_can_neither_start_nor_reach_another(place: Place, name: str) -> None:
    reply = call(place, NOT_ALLOWED[name] + "\nreturn {'total': 1}")
    assert code(reply) == "agent_error", reply


def test_memory_without_end_is_an_agent_error(place: Place) -> None:
    assert code(call(place, "x = bytearray(4 << 30)\nreturn {'total': 1}")) == "agent_error"


def test_the_agent_sees_nothing_of_the_environment(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("MAM_TASK_NONCE", "secret")
    spec = {**SPEC, "output_schema": {"type": "object"}}
    (place.app / "spec.json").write_text(json.dumps(spec))
    reply = call(place, "import os\nreturn dict(os.environ)")
    assert reply["output"].keys() == {"HOME", "TMPDIR", "LANG"}


def test_the_agent_inherits_no_open_file_but_its_pipe(place: Place, tmp_path: Path) -> None:
    spec = {**SPEC, "output_schema": {"type": "object"}}
    (place.app / "spec.json").write_text(json.dumps(spec))
    folder = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(folder, True)
    try:
        reply = call(
            place,
            "import os, stat\nfound = []\nfor n in range(3, 256):\n"
            "    try:\n        found.append(stat.S_ISFIFO(os.fstat(n)[0]))\n"
            "    except OSError:\n        pass\nreturn {'open': found}",
        )
    finally:
        os.close(folder)
    assert reply["output"] == {"open": [True]}


def test_the_agent_works_in_its_own_empty_folder(place: Place) -> None:
    spec = {**SPEC, "output_schema": {"type": "object"}}
    (place.app / "spec.json").write_text(json.dumps(spec))
    reply = call(
        place,
        "import os, tempfile\nopen('x', 'w').write('hi')\n"
        "return {'where': os.getcwd(), 'tmp': tempfile.gettempdir(), 'held': open('x').read()}",
    )
    assert reply["output"] == {"where": place.scratch, "tmp": place.scratch, "held": "hi"}


def test_an_image_without_a_usable_spec_says_so(place: Place) -> None:
    (place.app / "spec.json").write_text("{}")
    assert code(call(place, "return {'total': 1}")) == "bad_image"
    (place.app / "spec.json").unlink()
    assert code(call(place, "return {'total': 1}")) == "bad_image"
