"""How a sandbox that was prepared ahead talks with its host: it says that it is loaded, gets its one agent's nonce and
listening socket, and says when its run is over."""

import os
import socket

from . import nonce

READY, OVER = b"ready\n", b"over\n"


class Control:
    def __init__(self, descriptor: int) -> None:
        self._host = socket.socket(fileno=descriptor)

    def wait_for_work(self) -> tuple[str, socket.socket]:
        """The nonce and the socket to serve on. Ends the process if nobody wants this sandbox any more."""
        self._host.sendall(READY)
        line, handed = b"", list[int]()
        while not line.endswith(b"\n"):
            part, descriptors, _, _ = socket.recv_fds(self._host, 4096, 1)
            if not part:
                os._exit(0)
            line += part
            handed += descriptors
        return nonce.read_line(line), socket.socket(fileno=handed[0])

    def say_over(self) -> None:
        self._host.sendall(OVER)
