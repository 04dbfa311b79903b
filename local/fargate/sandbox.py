"""One sandbox: bubblewrap around one task, with nothing of this machine inside but the image and a listening socket.

What is less obvious is in docs/decisions/0014. Four mistakes let a probe out and are avoided here: bubblewrap started
as root, its own environment, an inherited folder, an unlimited /dev.
"""

import contextlib
import os
import resource
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.agent_base.mam_agent.seccomp import sandbox_filter
from local.fargate.cgroups import Group, Groups, Limits
from local.fargate.isolation import UID, drop_root

TMP_BYTES = 64 << 20
SHARED_MEMORY_BYTES = 1 << 20
FILE_BYTES = 128 << 20
OPEN_FILES = 256
LIMITS = Limits(memory_bytes=512 << 20, processes=64, cpus=1.0)


@dataclass(frozen=True)
class Plan:
    """What to start. `descriptors` are the only ones that the task inherits; none of them may be a folder."""

    root: Path
    code: Path
    command: Sequence[str]
    environment: Mapping[str, str]
    descriptors: Sequence[int] = ()
    limits: Limits = LIMITS


class Sandbox:
    """A running one. It dies with the thread that started it, and all in it die with it."""

    def __init__(self, process: "subprocess.Popen[bytes]", group: Group) -> None:
        self.process = process
        self._group = group

    def kill(self) -> int:
        """Ends everything in it and waits until it is gone; the exit code."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGKILL)
        code = self.process.wait()
        self._group.remove()
        return code


def start(bwrap: str, plan: Plan, groups: Groups, name: str, *, output: int) -> Sandbox:
    """Only from the main thread: the kernel ends the sandbox when the thread that started it ends.

    `output`: where all it prints goes; a pipe, for a file could be opened again from inside.
    """
    group = groups.make(name, plan.limits)
    entrances = group.entrances()
    seccomp = _memory_file("seccomp", sandbox_filter())
    arguments = _memory_file(
        "arguments", b"\0".join(argument.encode() for argument in _arguments(plan, seccomp)) + b"\0"
    )
    try:
        process = subprocess.Popen(
            [bwrap, "--args", str(arguments), "--", *plan.command],
            env={"PATH": "/usr/local/bin:/usr/bin:/bin"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            close_fds=True,
            pass_fds=(seccomp, arguments, *plan.descriptors),
            preexec_fn=_before_exec(entrances),  # noqa: PLW1509  only system calls, nothing that a thread could hold
        )
    except BaseException:
        group.remove()
        raise
    finally:
        for number in (seccomp, arguments, *entrances):
            os.close(number)
    return Sandbox(process, group)


def _arguments(plan: Plan, seccomp: int) -> list[str]:
    """Handed over by a descriptor: a command line can be read in the sandbox, and holds this machine's paths."""
    environment = [part for name, value in plan.environment.items() for part in ("--setenv", name, value)]
    return [
        *("--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent", "--new-session", "--clearenv"),
        "--as-pid-1",  # ours, which makes itself undumpable: bubblewrap's own could be written to from inside
        *("--cap-drop", "ALL", "--uid", str(UID), "--gid", str(UID), "--hostname", "task"),
        *("--ro-bind", str(plan.root), "/", "--proc", "/proc", "--dev", "/dev"),
        *("--size", str(SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),  # noqa: S108
        *("--size", str(TMP_BYTES), "--tmpfs", "/tmp", "--ro-bind", str(plan.code), "/app"),  # noqa: S108
        *("--chdir", "/", "--seccomp", str(seccomp), *environment),
    ]


def _before_exec(entrances: Sequence[int]) -> Callable[[], None]:
    def prepare() -> None:
        for number in entrances:
            os.write(number, b"0")
        for kind, limit in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_FSIZE, FILE_BYTES),
            (resource.RLIMIT_NOFILE, OPEN_FILES),
            (resource.RLIMIT_MEMLOCK, 0),
        ):
            resource.setrlimit(kind, (limit, limit))
        drop_root()

    return prepare


def _memory_file(name: str, data: bytes) -> int:
    number = os.memfd_create(name)
    os.write(number, data)
    os.lseek(number, 0, os.SEEK_SET)
    return number


def listen_at(address: str, port: int) -> socket.socket:
    """A listening socket of this machine's own network, for a task that has none."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(16)
    except BaseException:
        listener.close()
        raise
    return listener
