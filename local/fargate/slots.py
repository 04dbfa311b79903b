"""Where sandboxes are started: each with a folder for its code, a log, and a socket to talk with the program inside."""

import shutil
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from local.fargate.cgroups import Groups
from local.fargate.isolation import Isolation
from local.fargate.sandbox import Plan, start
from local.fargate.single_use import SingleUse
from local.fargate.task_log import TaskLog

PROGRAM = ("python", "-m", "mam_agent")


class Slots:
    def __init__(self, isolation: Isolation, folder: Path, logs: Path, groups: Groups) -> None:
        self._isolation = isolation
        self._folder = folder
        self._logs = logs
        self._groups = groups
        self._count = 0
        shutil.rmtree(folder, ignore_errors=True)
        for made in (folder, logs):
            made.mkdir(mode=0o755, parents=True, exist_ok=True)

    def start(self, root: Path, environment: Mapping[str, str]) -> SingleUse:
        """Loads ahead whatever is the same for all agents on this base."""
        self._count += 1
        name = f"t{self._count}"
        self._folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=self._folder))
        folder.chmod(0o755)
        (folder / "app").mkdir(mode=0o755)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        log = TaskLog(self._logs / f"{name}.log")
        with theirs:
            plan = Plan(
                root=root,
                code=folder / "app",
                command=(*PROGRAM, "--container", "--control", str(theirs.fileno())),
                environment=environment,
                descriptors=(theirs.fileno(),),
            )
            try:
                sandbox = start(self._isolation.bwrap, plan, self._groups, name, output=log.writer)
            finally:
                log.close_writer()
        return SingleUse(name, root, environment, folder, sandbox, ours)

    def close(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
