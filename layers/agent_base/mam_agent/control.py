"""How a sandbox that was prepared ahead talks with its host: it says that it is loaded, gets its one agent's work, and
says when that is over."""

import json
import os
import socket
from typing import NamedTuple

READY, OVER = b"ready\n", b"over\n"


class Work(NamedTuple):
    """The task's nonce, the socket to serve on, and whether the first run here is the only one."""

    nonce: str
    listener: socket.socket
    one_run: bool


class Control:
    def __init__(self, descriptor: int) -> None:
        self._host = socket.socket(fileno=descriptor)

    def wait_for_work(self) -> Work:
        """Ends the process if nobody wants this sandbox any more."""
        self._host.sendall(READY)
        line, handed = b"", list[int]()
        while not line.endswith(b"\n"):
            part, descriptors, _, _ = socket.recv_fds(self._host, 4096, 1)
            if not part:
                os._exit(0)
            line += part
            handed += descriptors
        told = json.loads(line)
        return Work(str(told["nonce"]), socket.socket(fileno=handed[0]), bool(told["one_run"]))

    def say_over(self) -> None:
        self._host.sendall(OVER)
