"""The preloaded process that every call is forked from. It sees no customer's data, only the sockets it hands on.

One call at a time: fork, wait, kill whatever is left of it, empty the folders it could write to, say so. A task that
cannot clean up ends, rather than let one run find something of another.
"""

import contextlib
import ctypes
import gc
import os
import select
import signal
import socket
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from . import seccomp
from .agent_process import PR_SET_DUMPABLE, Place, close_all_but
from .leftovers import clean
from .supervise import serve_call

DONE, KILLED, TIMED_OUT = b"d", b"k", b"t"
GRACE_SECONDS = 1.0
PATIENCE_SECONDS = 20.0
"""For killed processes to be gone: a large one on a busy machine takes its time, and the task is lost otherwise."""

MAX_BODY_BYTES = 5_000_000
_PR_SET_CHILD_SUBREAPER, _PR_SET_PDEATHSIG = 36, 1


@dataclass(frozen=True)
class Setup:
    """`scratch`: the folders emptied before and after each call; the first one is the agent's working folder."""

    app: Path
    scratch: tuple[str, ...]
    seconds: float

    def place(self) -> Place:
        return Place(app=self.app, scratch=self.scratch[0], seconds=self.seconds)


def harden() -> None:
    """No other process of this user may look into this one; the memory and environment of its children are as
    closed."""
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


@dataclass(frozen=True)
class Zygote:
    """The server's end of one: send it a call's socket, with the run it must be of if any; read one byte when the call
    is over and cleaned."""

    pid: int
    socket: socket.socket


def start(setup: Setup) -> Zygote:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    seccomp.agent_filter()
    seccomp.computing_filter()
    gc.collect()
    gc.freeze()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _live(theirs, setup)
    theirs.close()
    return Zygote(pid, ours)


def _live(server: socket.socket, setup: Setup) -> NoReturn:
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    close_all_but({0, 1, 2, server.fileno()})
    try:
        while True:
            message, handed, _, _ = socket.recv_fds(server, 64, 1)
            if not message or not handed:
                break
            clean(setup.scratch)
            outcome = _one_call(server, handed[0], message[1:], setup)
            _kill_all()
            clean(setup.scratch)
            server.send(outcome)
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(0)


def _one_call(server: socket.socket, connection: int, bound: bytes, setup: Setup) -> bytes:
    """Waits on a pipe that only the call's process holds open: every kernel and container allows that."""
    alive, held = os.pipe()
    try:
        child = os.fork()
    except OSError:  # memory or processes ran out for a moment: this call is lost, and not the task
        for number in (connection, alive, held):
            os.close(number)
        return KILLED
    if child == 0:
        server.close()
        os.close(alive)
        _serve(connection, bound, setup)
    os.close(connection)
    os.close(held)
    poll = select.poll()
    poll.register(alive, select.POLLIN | select.POLLHUP)
    ended = bool(poll.poll((setup.seconds + GRACE_SECONDS) * 1000))
    os.close(alive)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not ended:
        return TIMED_OUT
    return DONE if status == 0 else KILLED


def _serve(connection: int, bound: bytes, setup: Setup) -> NoReturn:
    code = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with socket.socket(fileno=connection) as caller:
            body = _received(caller)
            caller.sendall(serve_call(body, setup.place(), bound).packed())
        code = 0
    finally:
        os._exit(code)


def _received(caller: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := caller.recv(1 << 20):
        parts.append(part)
    return b"".join(parts)


def _kill_all() -> None:
    """Every process below this one, until there is none: what a killed parent leaves behind becomes this one's
    child."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while children := _children():
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if time.monotonic() > ends:
            raise RuntimeError("processes of a call cannot be ended")
        time.sleep(0.001)  # to die takes a processor, too, and a task has one


def _children() -> list[int]:
    """By /proc, for a kernel need not offer the list. Children of children come up here once their parents are gone."""
    found: list[int] = []
    me = os.getpid()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, ValueError, IndexError):
                stat = (entry / "stat").read_text()
                if int(stat.rpartition(")")[2].split()[1]) == me:
                    found.append(int(entry.name))
    return found
