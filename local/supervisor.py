"""The processes of the embedded cloud: which there are, in what order they start and stop, when they are healthy."""

import fcntl
import http.client
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local.access.credentials import NO_CREDENTIALS, Credentials, credentials_of, made_credentials
from local.child_environment import child_environment
from local.deployer.secrets import RealKeys
from local.emulator.function_environment import OVERLAY_FILE
from local.ports import HOST, Ports, is_free, url
from local.processes import Processes
from local.state import REPOSITORY, StateDir

START_SECONDS = 60.0
# Settings of ours that a person may give in the shell.
_OWN_SETTINGS = ("SFN_WAIT_SCALE", "MAM_TASK_START_SECONDS", "MAM_PREWARM")


class CannotStart(Exception):
    """Why the system does not come up, and what to do about it."""


@dataclass(frozen=True)
class Service:
    """One process. `health` is the path that answers 200 on its first port once it serves.

    What it writes is its owner's alone by its `umask`.
    """

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...]
    health: str | None = None
    patience: float = 10.0
    umask: int = 0o077


@dataclass(frozen=True)
class ServiceState:
    name: str
    pid: int | None
    healthy: bool
    ports: tuple[int, ...]


def services(ports: Ports, state: StateDir) -> list[Service]:
    """In the order they stop: the emulator first, so that its last checkpoint sees no half-finished call afterwards."""
    place = ("--port", str(ports.base), "--state-dir", str(state.root))

    def module(name: str, *arguments: str) -> tuple[str, ...]:
        return (sys.executable, "-m", name, *arguments)

    own_port = ("--port", str(ports.function_host), "--state-dir", str(state.root))
    fargate = ("--port", str(ports.fargate), "--state-dir", str(state.root), "--registry", url(ports.aws))
    return [
        Service("emulator", module("local.emulator", *place), (ports.aws, ports.front_door), "/_ministack/health", 20),
        Service("function-host", module("local.function_host", *own_port), (ports.function_host,), "/health"),
        # Sandboxes run as another user, who has to read the images unpacked for them.
        Service("fargate", module("local.fargate", *fargate), (ports.fargate,), umask=0o022),
        Service(
            "standins",
            module("local.standins", *place),
            (ports.reddit, ports.claude, ports.search, ports.web),
        ),
    ]


class Supervisor:
    def __init__(
        self,
        ports: Ports,
        state: StateDir,
        *,
        only: tuple[str, ...] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """`only` limits it to some of the processes, `variables` are added to their environment: for tests."""
        self._state = state.create()
        self._ports = ports
        self._processes = Processes(state.run, state.logs)
        self._variables = dict(variables or {})
        self._services = [each for each in services(ports, state) if only is None or each.name in only]

    def start(self, keys: RealKeys, say: Callable[[str], None] = lambda _: None) -> bool:
        """Starts what does not run yet and returns when all of it is healthy; True if anything was started."""
        self._state.refuse_unwritable()
        self._stop_what_lost_its_state()
        self._refuse_another_block()
        self._ports = self._ports.opened_with(made_credentials(self._state))
        missing = [service for service in self._services if self._processes.find(service.name) is None]
        self._refuse_busy_ports(missing)
        self._write_overlay(keys)
        (self._state.run / "port").write_text(str(self._ports.base))
        environment = _environment(self._ports, self._state) | self._variables
        try:
            for service in missing:
                say(f"Starting {service.name}")
                command = list(service.command)
                self._processes.start(service.name, command, environment, REPOSITORY, umask=service.umask)
            self._wait_healthy(START_SECONDS)
        except BaseException:
            for service in missing:
                self._processes.stop(service.name, patience=service.patience)
            raise
        return bool(missing)

    def stop(self, say: Callable[[str], None] = lambda _: None) -> list[str]:
        """Names of what was running."""
        stopped: list[str] = []
        for service in self._services:
            if self._processes.find(service.name) is not None:
                say(f"Stopping {service.name}")
            if self._processes.stop(service.name, patience=service.patience):
                stopped.append(service.name)
        (self._state.run / "port").unlink(missing_ok=True)
        return stopped

    def states(self) -> list[ServiceState]:
        credentials = credentials_of(self._state)
        found = [(service, self._processes.find(service.name)) for service in self._services]
        return [
            ServiceState(
                service.name,
                running.pid if running else None,
                running is not None and _healthy(service, credentials),
                service.ports,
            )
            for service, running in found
        ]

    def log(self, name: str) -> Path:
        return self._processes.log(name)

    def names(self) -> list[str]:
        return [service.name for service in self._services]

    def running_port(self) -> int | None:
        """The block of ports the running system uses, which may not be the one MAM_PORT names now."""
        try:
            base = int((self._state.run / "port").read_text())
        except (FileNotFoundError, ValueError):
            return None
        return base if any(self._processes.find(service.name) for service in self._services) else None

    def _stop_what_lost_its_state(self) -> None:
        """Processes of a state folder that was removed under them know a secret that nobody else has any more."""
        credentials = credentials_of(self._state)
        if credentials is NO_CREDENTIALS or any(self._is_refused(service, credentials) for service in self._services):
            for service in self._services:
                self._processes.stop(service.name, patience=0)

    def _is_refused(self, service: Service, credentials: Credentials) -> bool:
        if service.health is None or self._processes.find(service.name) is None:
            return False
        return _ask(service.ports[0], service.health, credentials) in (401, 403)

    def _refuse_another_block(self) -> None:
        running = self.running_port()
        if running is not None and running != self._ports.base:
            raise CannotStart(
                f"the system of {self._state.root} already runs on port {running}. "
                f"Use it there, or stop it first: MAM_PORT={running} make down"
            )

    def _refuse_busy_ports(self, missing: list[Service]) -> None:
        names = {port: name for name, port in self._ports.named().items()}
        for port in sorted(port for service in missing for port in service.ports):
            if not is_free(port):
                raise CannotStart(
                    f"port {port} ({names[port]}) is in use by another program. Stop that program, or choose another "
                    f"block of eight ports: MAM_PORT={self._ports.base + 1000} make up"
                )

    def _write_overlay(self, keys: RealKeys) -> None:
        path = self._state.run / OVERLAY_FILE
        temporary = path.with_suffix(".new")
        temporary.touch(0o600)
        temporary.write_text(json.dumps(endpoint_overlay(self._ports, keys), indent=1))
        temporary.replace(path)

    def _wait_healthy(self, seconds: float) -> None:
        give_up = time.monotonic() + seconds
        for service in self._services:
            while not _healthy(service, self._ports.credentials):
                if self._processes.find(service.name) is None:
                    raise CannotStart(self._obituary(service.name))
                if time.monotonic() > give_up:
                    raise CannotStart(
                        f"{service.name} did not become healthy in {seconds:.0f} s. Its log ({self.log(service.name)}) "
                        f"ends with:\n{self._processes.last_lines(service.name)}"
                    )
                time.sleep(0.03)

    def _obituary(self, name: str) -> str:
        return f"{name} died while starting. Its log ({self.log(name)}) ends with:\n{self._processes.last_lines(name)}"


def endpoint_overlay(ports: Ports, keys: RealKeys) -> dict[str, str]:
    """What differs from AWS for a function: where the endpoints are, and the keys that open them.

    A real key leaves its service where it is.
    """
    credentials = ports.credentials
    overlay = {
        **keys.proxies,
        "AWS_ACCESS_KEY_ID": credentials.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.aws_secret_access_key,
        "AWS_ENDPOINT_URL": url(ports.aws),
        "AWS_ENDPOINT_URL_ECS": url(ports.fargate),
        "AGENT_REGISTRY_URL": url(ports.aws),
        "SEARCH_URL": url(ports.search),
        "SITE_URL": url(ports.front_door),
        "TEST_WEB_ADDRESS": f"{':'.join(credentials.web_login)}@{HOST}:{ports.web}",
        "EMBEDDER_MODEL": str(REPOSITORY / "layers" / "embedder" / "model"),
    }
    if keys.anthropic is None:
        overlay["CLAUDE_URL"] = url(ports.claude)
    if keys.reddit is None:
        overlay["REDDIT_URL"] = url(ports.reddit)
    return overlay


@contextmanager
def exclusive(state: StateDir) -> Iterator[None]:
    """`up` and `down` of one state take turns; the second is told, not queued."""
    state.create()
    with (state.run / "up.lock").open("a+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            handle.seek(0)
            raise CannotStart(
                f"another `up` or `down` (process {handle.read().strip() or 'unknown'}) is at work on {state.root}. "
                "Wait for it, or choose another folder with MAM_STATE_DIR"
            ) from error
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def _environment(ports: Ports, state: StateDir) -> dict[str, str]:
    own = {"MAM_PORT": str(ports.base), "MAM_STATE_DIR": str(state.root), "PYTHONPATH": str(REPOSITORY)}
    return child_environment(state.home, passed=_OWN_SETTINGS, PYTHONUNBUFFERED="1") | own


def _healthy(service: Service, credentials: Credentials) -> bool:
    if service.health is not None and not _answers(service.ports[0], service.health, credentials):
        return False
    return all(_listens(port) for port in service.ports)


def _answers(port: int, path: str, credentials: Credentials) -> bool:
    return _ask(port, path, credentials) == 200


def _ask(port: int, path: str, credentials: Credentials) -> int | None:
    """The status; None if nothing answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path, headers=credentials.control_headers())
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _listens(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.connect()
    except OSError:
        return False
    finally:
        connection.close()
    return True
