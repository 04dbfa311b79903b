"""What an attacker would find on this machine, and the three places to attack from."""

import contextlib
import inspect
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from local.fargate.addresses import Addresses
from local.fargate.base_image import container_environment
from local.fargate.cgroups import Groups
from local.fargate.interpreter_files import LIBRARIES, PYTHON
from local.fargate.isolation import UID, Isolation
from local.fargate.sandbox import Plan, Sandbox, start
from tests.sandbox import probes
from tests.sandbox.unguarded import START

Probe = Callable[[dict[str, Any]], Any]
NONCE = "nonce-" + secrets.token_hex(8)
SECRET = "mam-secret-" + secrets.token_hex(8)
AGENT = "import logic\n\nasync def run(input, tools):\n    return await logic.run(input, tools)\n"
SPEC = {"input_schema": {"type": "object"}, "output_schema": {"type": "object"}, "capabilities": {"effects": ["now"]}}
_MAIN = """
import sys
given = json.load(open(0)) if GIVEN is None else GIVEN
try:
    got = PROBE(given)
except BaseException as wrong:
    print(json.dumps({"held": f"{type(wrong).__name__}: {wrong}"}))
else:
    print(json.dumps({"got": got} if got is not None else {"held": "nothing"}))
"""


class Scene:
    """A server, an abstract socket, a file, a process with a secret in its environment: all of this machine."""

    def __init__(
        self, isolation: Isolation, root: Path, groups: Groups, folder: Path, code: Path | None = None
    ) -> None:
        """`code`: an agent's own files for /app; none if left out."""
        self.code = code or folder / "empty"
        self.isolation = isolation
        self.root = root
        self.groups = groups
        self.folder = folder
        self.addresses = Addresses()
        self._open: list[Any] = []
        self._sandboxes: list[Sandbox] = []
        self._said: list[TextIO] = []
        self._attacking: Task | None = None

    def __enter__(self) -> "Scene":
        self.user = UID if os.getuid() == 0 else os.getuid()
        self.file = self.folder / "host-file"
        self.file.write_text(SECRET)
        self.server = self._serve(socket.create_server(("127.0.0.1", 0)))
        self.abstract = f"mam-probe-{secrets.token_hex(4)}"
        unix = socket.socket(socket.AF_UNIX)
        unix.bind("\0" + self.abstract)
        unix.listen()
        self._serve(unix)
        self.victim = subprocess.Popen(
            [
                sys.executable if os.getuid() else "/bin/sleep",
                *(["-c", "import time; time.sleep(60)"] if os.getuid() else ["60"]),
            ],
            env={"SECRET": SECRET, "PATH": "/usr/bin:/bin"},
            **self._as_user(),
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for sandbox, said in zip(self._sandboxes, self._said, strict=True):
            print("exit code of a task's sandbox:", sandbox.process.poll(), sandbox.kill())
            with said:
                print(said.read())
        self.victim.kill()
        self.victim.wait()
        for one in self._open:
            one.close()

    def given(self, *, outside: bool) -> dict[str, Any]:
        return {
            "outside": outside,
            "file": str(self.file),
            "image_backwards": str(self.root)[::-1],
            "secret": SECRET,
            "port": self.server.getsockname()[1],
            "abstract": self.abstract,
            "victim": self.victim.pid,
            "task_address": self.other_task(),
            "own": self._own_folder() if outside else "/tmp",
            "writable": str(self.folder / "writable"),
        }

    def outside(self, probe: Probe) -> dict[str, Any]:
        """As an ordinary user, with the image's interpreter (root's own may be closed to others), without a sandbox."""
        given = self.given(outside=True)
        (self.folder / "writable").write_text("")
        (self.folder / "writable").chmod(0o666)
        _, listener = self.addresses.listener()
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            done = subprocess.run(
                [
                    self.root / "usr/local/bin" / PYTHON,
                    "-c",
                    script(probe, {**given, "listener": listener.fileno()}),
                ],
                env={"LD_LIBRARY_PATH": str(self.root / LIBRARIES), "PATH": "/usr/bin:/bin"},
                pass_fds=(listener.fileno(), folder),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                **self._as_user(),
            )
        finally:
            os.close(folder)
            listener.close()
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def inside(self, probe: Probe) -> dict[str, Any]:
        """Straight in a sandbox, as a task would be that the attacker has taken over entirely."""
        self.code.mkdir(exist_ok=True)
        _, listener = self.addresses.listener()
        limits = "import resource\nresource.setrlimit(resource.RLIMIT_NPROC, (64, 64))\n"
        given = {**self.given(outside=False), "listener": listener.fileno()}
        plan = Plan(
            self.root,
            self.code,
            ["python", "-c", limits + script(probe, given)],
            container_environment(),
            (listener.fileno(),),
        )
        reader, writer = os.pipe()
        with os.fdopen(reader) as said, listener:
            with os.fdopen(writer):
                sandbox = start(self.isolation.bwrap, plan, self.groups, "probe", output=writer)
            try:
                sandbox.process.wait(60)
            finally:
                sandbox.kill()
            text = said.read()
        lines = [line for line in text.splitlines() if line.startswith("{")]
        return json.loads(lines[-1]) if lines else {"held": f"killed: {text[-200:]}"}

    def as_agent(self, probe: Probe) -> dict[str, Any]:
        """As the code of an agent that got past every other gate. All probes go through one task, which has to last."""
        if self._attacking is None:
            run = "\nasync def run(input, tools):\n    return {'got': globals()[input['probe']](input)}\n"
            self._attacking = self.task({"logic.py": inspect.getsource(probes) + run})
        reply = self._attacking.run(input={**self.given(outside=False), "listener": 3, "probe": probe.__name__})
        if reply["status"] == "succeeded" and reply["output"]["got"] is not None:
            return {"got": reply["output"]["got"]}
        return {"held": str(reply)}

    def other_task(self) -> str:
        address, listener = self.addresses.listener()
        self._open.append(listener)
        return address

    def task(
        self,
        files: dict[str, str],
        spec: dict[str, Any] | None = None,
        *,
        seconds: float = 10,
        guarded: bool = False,
    ) -> "Task":
        """As on Fargate: one system for many calls. Without its guard an agent may try the walls behind it."""
        code = Path(tempfile.mkdtemp(dir=self.folder))
        code.chmod(0o755)
        for name, text in {"agent.py": AGENT, "spec.json": json.dumps(spec or SPEC), **files}.items():
            (code / name).write_text(text)
        address, listener = self.addresses.listener()
        environment = {**container_environment(), "MAM_TASK_NONCE": NONCE, "MAM_CALL_SECONDS": str(seconds)}
        program = ["-m", "mam_agent"] if guarded else ["-c", START]
        command = ["python", *program, "--container", "--fd", str(listener.fileno())]
        reader, writer = os.pipe()
        self._said.append(os.fdopen(reader))
        with listener, os.fdopen(writer):
            plan = Plan(self.root, code, command, environment, (listener.fileno(),))
            sandbox = start(self.isolation.bwrap, plan, self.groups, f"task-{address}", output=writer)
        self._sandboxes.append(sandbox)
        return Task(address, sandbox)

    def processes(self, task: "Task") -> list[int]:
        """All below the sandbox's first process, as this machine numbers them."""
        parents: dict[int, int] = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if entry.name.isdigit():
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
        found = [task.sandbox.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def alive(self, pid: int) -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except OSError:
            return False

    def _serve(self, listener: socket.socket) -> socket.socket:
        def answer() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.sendall(b"host says hi")

        self._open.append(listener)
        threading.Thread(target=answer, daemon=True).start()
        return listener

    def _own_folder(self) -> str:
        own = Path(tempfile.mkdtemp(dir=self.folder))
        own.chmod(0o777)
        return str(own)

    def _as_user(self) -> dict[str, Any]:
        return {"user": self.user, "group": self.user, "extra_groups": []} if os.getuid() == 0 else {}


class Task:
    def __init__(self, address: str, sandbox: Sandbox) -> None:
        self.address = address
        self.sandbox = sandbox

    def run(self, *, input: Any = None, results: Any = (), run_id: str = "run-1", nonce: str = NONCE) -> dict[str, Any]:
        body = {"run_id": run_id, "input": {} if input is None else input, "results": list(results)}
        return json.loads(self.post(json.dumps(body).encode(), nonce)[1])

    def get(self, path: str, nonce: str = NONCE) -> dict[str, Any]:
        request = urllib.request.Request(f"http://{self.address}:8080{path}", headers={"x-mam-nonce": nonce})
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read())

    def post(self, body: bytes, nonce: str = NONCE, path: str = "/run") -> tuple[int, bytes]:
        request = urllib.request.Request(
            f"http://{self.address}:8080{path}", data=body, headers={"x-mam-nonce": nonce}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def script(probe: Probe, given: dict[str, Any]) -> str:
    return (
        inspect.getsource(probes)
        + "\nimport json\n"
        + _MAIN.replace("PROBE", probe.__name__).replace("GIVEN is None", "False").replace("GIVEN", repr(given))
    )


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.01)
    return condition()
