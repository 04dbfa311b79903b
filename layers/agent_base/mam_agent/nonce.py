"""The task's nonce on its way from the environment to the server, past everything that an agent's process inherits."""

import json
import os
import sys

VARIABLE = "MAM_TASK_NONCE"


def leave_environment() -> None:
    """Starts this program anew without the nonce, which then waits in a pipe: what a process was started with stays in
    its memory, and in that of all its children."""
    nonce = os.environ.pop(VARIABLE, "")
    if not nonce:
        return
    reader, writer = os.pipe()
    os.write(writer, json.dumps({"nonce": nonce}).encode() + b"\n")
    os.close(writer)
    os.set_inheritable(reader, True)
    arguments = [sys.executable, *sys.orig_argv[1:], "--nonce", str(reader)]
    os.execve(sys.executable, arguments, dict(os.environ))  # noqa: S606  this program, as it was started


def read_once(pipe: int) -> str:
    """When the process that agents descend from has been started."""
    with os.fdopen(pipe, "rb") as file:
        return str(json.loads(file.read())["nonce"])
