"""From an empty process to one that serves: limits, everything loaded, the zygote forked, and only then the nonce."""

import argparse
import asyncio
import gc
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from . import nonce, zygote
from .control import Control, Work
from .leftovers import CONTAINER_FOLDERS
from .preload import preload
from .server import Task, create_app

APP = Path("/app")
PORT = 8080
PROCESSES = 64


def serve() -> None:
    options = _options()
    zygote.harden()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.container:
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    preload()
    scratch = CONTAINER_FOLDERS if options.container else tuple(options.scratch)
    forked = zygote.start(zygote.Setup(options.app, scratch, float(os.environ.get("MAM_CALL_SECONDS", "10"))))
    control = None if options.control is None else Control(options.control)
    task = Task(forked.socket)
    app = create_app(task)
    config = uvicorn.Config(
        app,
        proxy_headers=False,
        server_header=False,
        loop="asyncio",
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
    config.load()
    asyncio.run(_warm_up(app))
    if control is not None:
        work = control.wait_for_work()
    else:
        work = Work(_own_nonce(options.nonce), _listener(options.fd), one_run=False)
    task.take_up(work.nonce, one_run=work.one_run)
    gc.freeze()
    server = uvicorn.Server(config)
    task.when_over = lambda: _retire(server, control)
    asyncio.run(_serve(server, work.listener, forked.pid))


async def _serve(server: uvicorn.Server, listener: socket.socket, zygote_pid: int) -> None:
    """As process 1 it inherits whatever loses its parent. Without the zygote there is nothing left to serve."""

    def reap() -> None:
        while (ended := _ended_child()) is not None:
            if ended == zygote_pid:
                os._exit(70)

    asyncio.get_running_loop().add_signal_handler(signal.SIGCHLD, reap)
    await server.serve(sockets=[listener])


def _ended_child() -> int | None:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] or None
    except ChildProcessError:
        return None


def _retire(server: uvicorn.Server, control: Control | None) -> None:
    """Callers from now on wait at the listening socket, which the host keeps, for the next sandbox."""
    for listening in server.servers:
        listening.close()
    server.should_exit = True
    if control is not None:
        control.say_over()


async def _warm_up(app: Any) -> None:
    """The first request of an application builds what all others use."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(_: dict[str, Any]) -> None:
        return

    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/health",
        "raw_path": b"/health",
        "query_string": b"",
        "headers": [],
    }
    await app(
        {**scope, "http_version": "1.1", "scheme": "http", "client": None, "server": None, "root_path": ""},
        receive,
        send,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="mam_agent")
    parser.add_argument("--fd", type=int, help="a listening socket to serve on")
    parser.add_argument("--control", type=int, help="a socket to wait on for what to serve")
    parser.add_argument("--nonce", type=int, help="a pipe that holds the task's nonce")
    parser.add_argument("--app", type=Path, default=APP)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--container", action="store_true", help="this system is the task's own")
    kind.add_argument("--scratch", action="append", help="a folder that is emptied before and after each call")
    return parser.parse_args()


def _own_nonce(pipe: int | None) -> str:
    if pipe is None:
        sys.exit(f"a task needs {nonce.VARIABLE}")
    return nonce.read_once(pipe)


def _listener(fd: int | None) -> socket.socket:
    if fd is not None:
        return socket.socket(fileno=fd)
    return socket.create_server(("0.0.0.0", PORT), backlog=16)  # noqa: S104  a task has a network of its own
