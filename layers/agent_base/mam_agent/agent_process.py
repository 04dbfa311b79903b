"""The process in which the agent's code runs: forked for one call, confined, and believed nothing.

It writes one JSON object to a pipe and ends. It may write anything there: whoever reads it checks it like a stranger's.
"""

import ctypes
import json
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import NoReturn

from . import seccomp
from .effects import Call, Json
from .failure_reasons import NOT_JSON, exception_name
from .guard import guarded
from .replay import replay

MAX_OUTPUT_BYTES = 1_000_000
MEMORY_BYTES = 300 * 1024 * 1024
"""Of a task's 512 MiB, so that the agent meets a MemoryError before the task meets its end."""

PR_SET_DUMPABLE = 4

MODULES = ("agent", "logic")
FILE_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True)
class Place:
    """Where an agent runs: its code, the folder it may write to, and the seconds it has."""

    app: Path
    scratch: str
    seconds: float


def run_agent(call: Call, declared: frozenset[str], place: Place, pipe: int) -> NoReturn:
    """Does not return: the process ends when the answer is in the pipe."""
    try:
        _confine(pipe, place)
        answer = _answer(call, declared, place.app)
    except BaseException as wrong:
        answer = failed("agent_error", _where(wrong, place.app))
    try:
        data = _encoded(answer)
        while data:
            data = data[os.write(pipe, data) :]
    finally:
        os._exit(0)


def failed(code: str, message: str, field: str | None = None) -> dict[str, Json]:
    error: dict[str, Json] = {"code": code, "message": message}
    if field is not None:
        error["field"] = field
    return {"status": "failed", "error": error}


def _answer(call: Call, declared: frozenset[str], app: Path) -> dict[str, Json]:
    return replay(guarded(compiled_sources(app)).run, call, declared)


def compiled_sources(app: Path) -> dict[str, CodeType]:
    """Read and compiled first: the code itself may do neither."""
    files = [file for name in MODULES if (file := app / f"{name}.py").exists()]
    return {file.stem: compile(file.read_bytes(), str(file), "exec", dont_inherit=True) for file in files}


def _encoded(answer: dict[str, Json]) -> bytes:
    try:
        data = json.dumps(answer, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError, MemoryError):
        return json.dumps(failed("invalid_output", NOT_JSON)).encode()
    if len(data) > MAX_OUTPUT_BYTES:
        return json.dumps(failed("output_too_large", f"the answer is over {MAX_OUTPUT_BYTES} bytes")).encode()
    return data


def _confine(pipe: int, place: Place) -> None:
    """Only the pipe stays open, output goes nowhere, and the process may neither start another nor reach one."""
    null = os.open("/dev/null", os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    close_all_but({0, 1, 2, pipe})
    sys.stdin = os.fdopen(0, "r", closefd=False)
    sys.stdout = sys.stderr = os.fdopen(1, "w", closefd=False)
    tempfile.tempdir = place.scratch
    os.environ.clear()
    os.environ.update({"HOME": place.scratch, "TMPDIR": place.scratch, "LANG": "C.UTF-8"})
    os.chdir(place.scratch)
    _prefer_to_be_killed()
    for kind, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CPU, int(place.seconds) + 2),
        (resource.RLIMIT_AS, _address_space() + MEMORY_BYTES),
    ):
        resource.setrlimit(kind, (limit, limit))
    seccomp.confine(seccomp.agent_filter())


def close_all_but(kept: set[int]) -> None:
    """An empty range is left out: `os.closerange(0, 0)` closes everything in some versions of Python."""
    highest = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    start = 0
    for number in [*sorted(kept), highest]:
        if start < number:
            os.closerange(start, number)
        start = number + 1


def _prefer_to_be_killed() -> None:
    """When the task is out of memory, it is this process that ends, and the task answers.

    The file of an undumpable process belongs to root, so for this one write it is dumpable. Nothing else of this user
    runs that could look: calls come one at a time, and the agent's code has not begun.
    """
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    try:
        Path("/proc/self/oom_score_adj").write_text("1000")
    except OSError:
        return
    finally:
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def _where(wrong: BaseException, app: Path) -> str:
    """The exception's class and the line of the agent's own code, and nothing of its text, which may hold anything.

    Without `traceback`, which opens source files to quote them.
    """
    name = exception_name(wrong)
    if isinstance(wrong, SyntaxError) and wrong.lineno is not None and str(wrong.filename or "").startswith(str(app)):
        return f"{name} in {Path(str(wrong.filename)).name}, line {wrong.lineno}"
    at, trace = "", wrong.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(f"{app}/"):
            at = f" in {file.removeprefix(f'{app}/')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return name + at
