"""The host's end of the line to the zygote: starts it, asks it to fork and kill, replaces it if it dies."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from local.call_recorder import VARIABLE
from local.child_environment import child_environment
from local.function_host.zygote import MAX_MESSAGE
from local.state import REPOSITORY


class ZygoteLink:
    def __init__(self, environment_ended: Callable[[str], None], *, preload: bool) -> None:
        self._environment_ended = environment_ended
        self._preload = preload
        self._forked: set[str] = set()
        self._closing = False
        self.ready = asyncio.Event()

    @classmethod
    async def open(cls, environment_ended: Callable[[str], None], *, preload: bool) -> "ZygoteLink":
        link = cls(environment_ended, preload=preload)
        link._start()
        return link

    def _start(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.setblocking(False)
        environment = child_environment(Path(os.environ["HOME"]), passed=(VARIABLE,))
        # NumPy's and onnxruntime's thread pools do not survive a fork; one thread per call is what Lambda gives anyway.
        environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONSAFEPATH": "1"}
        environment["PYTHONPATH"] = str(REPOSITORY)
        mode = [] if self._preload else ["--bare"]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "local.function_host.zygote", str(theirs.fileno()), str(os.getpid()), *mode],
                pass_fds=[theirs.fileno()],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
            )
        self._listener = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            message = await loop.sock_recv(self._control, MAX_MESSAGE)
            if not message:
                break
            news = json.loads(message)
            if "ready" in news:
                self.ready.set()
            elif "ended" in news:
                self._forked.discard(news["ended"])
                self._environment_ended(news["ended"])
        if not self._closing:
            self._replace()

    def _replace(self) -> None:
        """It died: so did everything it had forked."""
        self.ready.clear()
        self._control.close()
        self._process.wait()
        for name in list(self._forked):
            self._environment_ended(name)
        self._forked.clear()
        self._start()

    async def fork(self, name: str, deployment: bytes, scratch: str, calls_fd: int, log_fd: int) -> None:
        self._forked.add(name)
        await self._send({"fork": name, "deployment": deployment.decode(), "scratch": scratch}, [calls_fd, log_fd])

    async def kill(self, name: str) -> None:
        await self._send({"kill": name}, [])

    async def _send(self, message: dict[str, str], fds: list[int]) -> None:
        data = json.dumps(message).encode()
        while True:
            try:
                socket.send_fds(self._control, [data], fds)
            except BlockingIOError:
                await asyncio.sleep(0.01)
            except OSError:
                return
            else:
                return

    async def close(self) -> None:
        self._closing = True
        self._listener.cancel()
        self._control.close()
        self._process.terminate()
        self._process.wait()
