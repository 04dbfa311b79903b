"""The process that every execution environment is forked from.

It imports the third-party packages once, holds no thread and no event loop, and does three things on request: fork an
environment, kill one, tell when one has ended. Started by the host with one end of a socket pair:
`python -m local.function_host.zygote FD PARENT_PID [--bare]`.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from pathlib import Path

from local.function_host import environment
from local.function_host.aws_models import share_models
from local.function_host.deployment import Deployment
from local.parent_death import die_with_parent

# What functions of this product import; missing ones are skipped, a function that needs them will say so itself.
PRELOADED = (
    "aws_lambda_powertools",
    "aws_lambda_powertools.logging",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.parameters",
    "aws_lambda_powertools.utilities.parser",
    "aws_lambda_powertools.utilities.typing",
    "boto3",
    "boto3.dynamodb.conditions",
    "botocore.client",
    "botocore.httpsession",
    "fastapi",
    "jsonschema",
    "mangum",
    "pydantic",
    "pynamodb.models",
    "pynamodb.transactions",
    "yaml",
    "praw",
    "opensearchpy",
    "anthropic",
    "jinja2",
    "numpy",
    "tokenizers",
    "onnxruntime",
    "bandit.core.manager",
)
MAX_MESSAGE = 1 << 18


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    die_with_parent(int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    host_root = os.path.realpath(Path.cwd())
    sys.path[:] = [entry for entry in sys.path if entry and os.path.realpath(entry) != host_root]
    if "--bare" not in sys.argv:
        _preload()
    _Zygote(control, host_root).run()


def _preload() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in PRELOADED:
            try:
                importlib.import_module(name)
            except ImportError as error:
                print(f"not preloaded: {name}: {error}", file=sys.stderr, flush=True)
        with contextlib.suppress(ImportError):
            share_models()
    gc.collect()
    gc.freeze()


class _Zygote:
    def __init__(self, control: socket.socket, host_root: str) -> None:
        self._control = control
        self._host_root = host_root
        self._alive: dict[int, str] = {}
        self._wake, wake_writer = socket.socketpair()
        for end in (self._wake, wake_writer):
            end.setblocking(False)
        self._wake_writer = wake_writer
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake_writer.fileno())

    def run(self) -> None:
        self._tell({"ready": os.getpid()})
        while True:
            ready, _, _ = select.select([self._control, self._wake], [], [])
            if self._wake in ready:
                self._drain()
            self._reap()
            if self._control in ready and not self._answer():
                return

    def _answer(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, MAX_MESSAGE, 2)
        if not message:
            return False
        request = json.loads(message)
        if "fork" in request:
            self._fork(request, fds)
        elif "kill" in request:
            self._kill(request["kill"])
        return True

    def _fork(self, request: dict[str, str], fds: list[int]) -> None:
        calls_fd, log_fd = fds
        pid = os.fork()
        if pid == 0:
            self._control.close()
            self._wake.close()
            self._wake_writer.close()
            deployment = Deployment.from_bytes(request["deployment"].encode())
            environment.run(deployment, socket.socket(fileno=calls_fd), log_fd, request["scratch"], self._host_root)
        self._alive[pid] = request["fork"]
        os.close(calls_fd)
        os.close(log_fd)

    def _kill(self, name: str) -> None:
        """Only ever a child that has not been reaped, so a reused process id is never hit."""
        for pid, environment_name in self._alive.items():
            if environment_name == name:
                _kill_group(pid)

    def _reap(self) -> None:
        while self._alive:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            name = self._alive.pop(pid, None)
            _kill_group(pid, only_group=True)
            if name is not None:
                self._tell({"ended": name, "status": os.waitstatus_to_exitcode(status)})

    def _drain(self) -> None:
        try:
            while self._wake.recv(512):
                continue
        except BlockingIOError:
            return

    def _tell(self, message: dict[str, object]) -> None:
        self._control.send(json.dumps(message).encode())


def _kill_group(pid: int, *, only_group: bool = False) -> None:
    """The environment leads a process group of its own; what it started dies with it."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        if not only_group:
            _kill_one(pid)


def _kill_one(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main()
