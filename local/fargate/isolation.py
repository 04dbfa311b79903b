"""Whether this machine can hold untrusted code, tried out before anything untrusted runs. If not, nothing runs at
all."""

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass

from layers.agent_base.mam_agent.seccomp import TABLES

UID = 10001
_TRY = (
    *("--unshare-all", "--unshare-user", "--disable-userns", "--uid", str(UID), "--gid", str(UID), "--die-with-parent"),
    *("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "/bin/true"),
)
_VM = "Use a Linux machine or a Linux virtual machine (Lima, Multipass, WSL 2) and run the project inside it."
_INSTALL = "Install bubblewrap 0.8 or newer: `apt-get install bubblewrap`, `dnf install bubblewrap`."
_USERNS = (
    "This system keeps ordinary users from making user namespaces. On Ubuntu 24.04 and newer allow them with "
    "`sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` or an AppArmor profile for /usr/bin/bwrap; "
    "elsewhere with `sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=9999`. In a container, "
    "give it `--security-opt seccomp=unconfined --security-opt apparmor=unconfined`."
)


@dataclass(frozen=True)
class Isolation:
    """`bwrap`: the program; empty if this machine cannot isolate, and then `problem` says why and `fix` what to do."""

    bwrap: str = ""
    problem: str = ""
    fix: str = ""

    @property
    def holds(self) -> bool:
        return bool(self.bwrap)


def check() -> Isolation:
    if platform.system() != "Linux":
        return Isolation(problem=f"{platform.system()} has no sandbox for agents", fix=_VM)
    if platform.machine() not in TABLES:
        return Isolation(problem=f"no system call table for {platform.machine()}", fix=f"Use {' or '.join(TABLES)}.")
    bwrap = shutil.which("bwrap", path="/usr/bin:/bin:/usr/local/bin")
    if bwrap is None:
        return Isolation(problem="bubblewrap (bwrap) is not installed", fix=_INSTALL)
    try:
        tried = subprocess.run(
            [bwrap, *_TRY],
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            preexec_fn=drop_root,
        )
    except (OSError, subprocess.SubprocessError) as wrong:
        return Isolation(problem=f"bubblewrap cannot be started: {wrong}", fix=_INSTALL)
    if tried.returncode == 0:
        return Isolation(bwrap=bwrap)
    said = (tried.stderr.strip().splitlines() or ["no message"])[-1]
    if "Unknown option" in tried.stderr:
        return Isolation(problem=f"this bubblewrap is too old ({said})", fix=_INSTALL)
    return Isolation(problem=f"bubblewrap cannot make a sandbox here ({said})", fix=_USERNS)


def drop_root() -> None:
    """In a child before exec: never start a sandbox as uid 0, whose /proc/sys would be the host's own."""
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(UID)
        os.setuid(UID)
