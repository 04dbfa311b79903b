"""Long-lived processes by name: started detached with a log, found again by a pid file, stopped for sure."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_MAX_LOG_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Running:
    """A process and the moment it was born, so that another one with a reused id is never taken for it."""

    pid: int
    born: str

    def alive(self) -> bool:
        return _birth(self.pid) == self.born


MARK = "MAM_PROCESS"


class Processes:
    """Pid files under `run`, logs under `logs`.

    Each process carries its mark in its environment, by which it is found again if the pid file is lost.
    """

    def __init__(self, run: Path, logs: Path) -> None:
        self._run = run
        self._logs = logs

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], cwd: Path, *, umask: int = 0o077
    ) -> Running:
        """`umask` is the process's own, whatever that of the shell is."""
        self._keep_log_short(name)
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**environment, MARK: self._mark(name)},
                umask=umask,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        running = Running(process.pid, _birth(process.pid))
        self._pid_file(name).write_text(json.dumps({"pid": running.pid, "born": running.born}))
        return running

    def find(self, name: str) -> Running | None:
        """The process of that name if it lives."""
        try:
            found = json.loads(self._pid_file(name).read_text())
            running = Running(int(found["pid"]), str(found["born"]))
        except (OSError, ValueError, KeyError, TypeError):
            return self._marked(name)
        return running if running.alive() and self._is_own(running.pid, name) else None

    def _is_own(self, pid: int, name: str) -> bool:
        """A copied state has the pid files of another; a renamed one has processes that know its old name."""
        marks = [each.partition(b"=")[2].decode() for each in _variables(pid) if each.startswith(f"{MARK}=".encode())]
        return all(mark == self._mark(name) or not Path(mark).parent.exists() for mark in marks)

    def _marked(self, name: str) -> Running | None:
        """The process with this mark that leads a session: what it forked has the same environment."""
        mark = f"{MARK}={self._mark(name)}".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                pid = int(folder.name)
                if mark in _variables(pid) and os.getsid(pid) == pid:
                    return Running(pid, _birth(pid))
            except OSError:
                continue
        return None

    def _mark(self, name: str) -> str:
        return str(self._run.absolute() / name)

    def stop(self, name: str, *, patience: float) -> bool:
        """Asks it to end, then makes it; True if it was there."""
        running = self.find(name)
        if running is not None:
            _signal(running.pid, signal.SIGTERM)
            if not _wait_dead(running, patience):
                _signal_group(running.pid, signal.SIGKILL)
                _wait_dead(running, 5)
            _signal_group(running.pid, signal.SIGKILL)
        self._pid_file(name).unlink(missing_ok=True)
        return running is not None

    def last_lines(self, name: str, count: int = 12) -> str:
        try:
            text = self.log(name).read_text(errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-count:])

    def _pid_file(self, name: str) -> Path:
        return self._run / f"{name}.pid"

    def _keep_log_short(self, name: str) -> None:
        log = self.log(name)
        if log.exists() and log.stat().st_size > _MAX_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))


def _variables(pid: int) -> list[bytes]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _birth(pid: int) -> str:
    """When the process was started, as the kernel counts; empty if it is gone or only waits to be reaped."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _wait_dead(running: Running, patience: float) -> bool:
    give_up = time.monotonic() + patience
    while running.alive():
        if time.monotonic() > give_up:
            return False
        _reap(running.pid)
        time.sleep(0.02)
    _reap(running.pid)
    return True


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return
