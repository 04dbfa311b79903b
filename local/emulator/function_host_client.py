"""How the emulator's threads reach the function host: blocking calls over kept-alive connections."""

import contextlib
import http.client
import select
import socket
import threading
import time
from collections.abc import Callable, Mapping

from local.function_host import frames
from local.function_host.deployment import Deployment, Invocation, Outcome
from local.ports import HOST

# A host that is being started listens within this time; nobody's call fails for that.
CONNECT_SECONDS = 10.0
# Between the end of a host and the start of the next one. Where none is started, callers learn soon that it is gone.
GONE_SECONDS = 1.0
# The host enforces the function's timeout; this is for a host that hangs, and covers the start of an environment.
GRACE_SECONDS = 90.0

REMEDY = "`make up` starts what does not run"


class FunctionHostUnavailable(Exception):
    """The host cannot be reached, or went away during a call that may have run: the call is not repeated."""


class FunctionHostClient:
    """`headers` go with every call: the host answers nobody else.

    `lives` tells whether there is a process of the host at all, whether or not it listens yet.
    """

    def __init__(self, port: int, headers: Mapping[str, str], lives: Callable[[], bool]) -> None:
        self._port = port
        self._headers = {**headers, "content-type": "application/octet-stream"}
        self._lives = lives
        self._idle: list[http.client.HTTPConnection] = []
        self._lock = threading.Lock()

    def invoke(self, deployment: Deployment, invocation: Invocation, event: bytes) -> tuple[Outcome, bytes]:
        body = frames.pack(deployment.to_bytes(), invocation.to_bytes(), event)
        connection = self._take() or self._connect()
        try:
            assert connection.sock is not None
            connection.sock.settimeout(deployment.timeout_seconds + GRACE_SECONDS)
            connection.request("POST", "/invoke", body, self._headers)
            response = connection.getresponse()
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise FunctionHostUnavailable(
                f"the function host went away during the call ({type(error).__name__}; {REMEDY})"
            ) from error
        if response.status != 200:
            connection.close()
            raise FunctionHostUnavailable(f"the function host answered {response.status}: {answer[:200]!r}")
        with self._lock:
            self._idle.append(connection)
        head, payload = frames.unpack(answer)
        return Outcome.from_bytes(head), payload

    def _take(self) -> http.client.HTTPConnection | None:
        """A kept connection that the host has not closed meanwhile."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                connection = self._idle.pop()
            if connection.sock is not None and not select.select([connection.sock], [], [], 0)[0]:
                return connection
            connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        began = time.monotonic()
        while True:
            connection = http.client.HTTPConnection(HOST, self._port, timeout=CONNECT_SECONDS)
            try:
                connection.connect()
            except OSError as error:
                connection.close()
                patience = CONNECT_SECONDS if self._lives() else GONE_SECONDS
                if time.monotonic() - began > patience:
                    raise FunctionHostUnavailable(
                        f"the function host does not answer on port {self._port} ({REMEDY})"
                    ) from error
                time.sleep(0.05)
            else:
                with contextlib.suppress(OSError):
                    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
