"""Looks at the processes and tasks of a running cloud from outside: environment, memory, where they listen."""

import socket
from pathlib import Path

from local.embedded_cloud import EmbeddedCloud

LISTEN = "0A"
LOOPBACK = "0100007F"
"""127.0.0.1, as the kernel writes it."""


def family(cloud: EmbeddedCloud) -> list[Path]:
    """/proc folders of its processes and everything they started."""
    parents = {process: _parent(process) for process in Path("/proc").iterdir() if process.name.isdigit()}
    ours = {str(state.pid) for state in cloud.supervisor.states() if state.pid}
    while True:
        more = {process.name for process, parent in parents.items() if parent in ours} - ours
        if not more:
            return [Path("/proc") / pid for pid in ours]
        ours |= more


def environments(cloud: EmbeddedCloud) -> str:
    """What the kernel shows of their environments, all together."""
    return "\n".join(_read(process / "environ") for process in family(cloud))


def proportional_megabytes(cloud: EmbeddedCloud) -> float:
    """Memory with shared pages divided among those who share them (PSS)."""
    lines = [line for process in family(cloud) for line in _read(process / "smaps_rollup").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def running_tasks(cloud: EmbeddedCloud) -> set[str]:
    return set(cloud.aws("ecs").list_tasks(cluster=agents_cluster(cloud), desiredStatus="RUNNING")["taskArns"])


def agents_cluster(cloud: EmbeddedCloud) -> str:
    function = cloud.aws("lambda").get_function_configuration(FunctionName="mam-test-agent")
    return str(function["Environment"]["Variables"]["AGENTS_CLUSTER"])


def listeners(cloud: EmbeddedCloud) -> set[tuple[str, int]]:
    """Address and port of every listening TCP socket over IPv4."""
    found = (place.split(":") for place in _listening(cloud))
    return {
        (socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)) for address, port in found if len(address) == 8
    }


def listening_addresses(cloud: EmbeddedCloud) -> set[str]:
    """Local addresses of listening TCP sockets, as the kernel writes them."""
    return {place.split(":")[0] for place in _listening(cloud)}


def _listening(cloud: EmbeddedCloud) -> set[str]:
    sockets = {inode for process in family(cloud) for inode in _socket_inodes(process)}
    found: set[str] = set()
    for table in ("tcp", "tcp6"):
        for line in _read(Path("/proc/net") / table).splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTEN and fields[9] in sockets:
                found.add(fields[1])
    return found


def _parent(process: Path) -> str:
    fields = _read(process / "stat").rpartition(")")[2].split()
    return fields[1] if fields else ""


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""


def _socket_inodes(process: Path) -> list[str]:
    try:
        links = [str(descriptor.readlink()) for descriptor in (process / "fd").iterdir()]
    except OSError:
        return []
    return [link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:[")]
