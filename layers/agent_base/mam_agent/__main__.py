"""Serves the agent in /app on port 8080, or on the listening socket that was handed over as a descriptor.

`--container` is how an image starts it: this system is a task's own, to be limited and emptied between calls.
`--control FD`: everything is loaded ahead, and the task waits for one JSON line `{"nonce": …}` on that descriptor; it
then serves one agent, like any other, and is never used for a second.
"""

import argparse
import asyncio
import gc
import json
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any

import uvicorn

from . import zygote
from .leftovers import CONTAINER_FOLDERS
from .preload import preload
from .server import Task, create_app

APP = Path("/app")
PORT = 8080
PROCESSES = 64


def main() -> None:
    options = _options()
    zygote.harden()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if options.container:
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    nonce = os.environ.pop("MAM_TASK_NONCE", "")
    preload()
    scratch = CONTAINER_FOLDERS if options.container else tuple(options.scratch)
    task = Task(zygote.start(zygote.Setup(options.app, scratch, float(os.environ.get("MAM_CALL_SECONDS", "10")))))
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
    if options.control is not None:
        nonce = _wait_for_nonce(options.control)
    if not nonce:
        sys.exit("a task needs MAM_TASK_NONCE")
    task.name_nonce(nonce)
    gc.freeze()
    uvicorn.Server(config).run(sockets=[_listener(options.fd)])


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
    parser.add_argument("--control", type=int, help="a descriptor to wait on for the task's nonce")
    parser.add_argument("--app", type=Path, default=APP)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--container", action="store_true", help="this system is the task's own")
    kind.add_argument("--scratch", action="append", help="a folder that is emptied before and after each call")
    return parser.parse_args()


def _wait_for_nonce(control: int) -> str:
    """Says that it is loaded, then waits. The end of the stream means that nobody wants this task any more."""
    with socket.socket(fileno=control) as host:
        host.sendall(b"ready\n")
        line = b""
        while not line.endswith(b"\n"):
            part = host.recv(4096)
            if not part:
                os._exit(0)
            line += part
    return str(json.loads(line)["nonce"])


def _listener(fd: int | None) -> socket.socket:
    if fd is not None:
        return socket.socket(fileno=fd)
    return socket.create_server(("0.0.0.0", PORT), backlog=16)  # noqa: S104  a task has a network of its own


main()
