"""Attempts to get out. Each is a function of one dict that returns what it got hold of, or None (or raises) if nothing.

The same source runs outside, where it must succeed (else it proves nothing), inside a sandbox, and as an agent's code.
None of them writes to /proc or /sys, and none may run as root: they only ask what they may do.
"""

# This source also runs on its own, in interpreters that have little more than `os`.
# ruff: noqa: PTH123, PTH110, PTH208, PTH118, PTH202, PTH108
import ctypes
import errno
import os
import resource
import signal
import socket
import stat
import time
from typing import Any

Given = dict[str, Any]


def host_file(given: Given) -> Any:
    with open(given["file"]) as file:
        return file.read()


def host_folders(given: Given) -> Any:
    found = [name for name in ("/home", "/root", "/usr/share", "/boot", "/sys/kernel") if os.path.exists(name)]
    return found or None


def host_environment(given: Given) -> Any:
    """The secret stands in the environment of a process of the same user."""
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/environ", "rb") as file:
                if given["secret"].encode() in file.read():
                    return name
        except OSError:
            continue
    return None


def host_paths_in_command_lines(given: Given) -> Any:
    """Where the image lies on this machine. (Backwards in what is given, for this very script is a command line.)"""
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                if given["image_backwards"][::-1].encode() in file.read():
                    return name
        except OSError:
            continue
    return None


def loopback_server(given: Given) -> Any:
    with socket.create_connection(("127.0.0.1", given["port"]), timeout=3) as connection:
        return connection.recv(16).decode()


def abstract_socket(given: Given) -> Any:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect("\0" + given["abstract"])
        return connection.recv(16).decode()


def route_to(address: str) -> Any:
    """Asks the kernel for a route; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.connect((address, 53))
        return asking.getsockname()[0]


def internet(given: Given) -> Any:
    return route_to("198.51.100.7")


def metadata_address(given: Given) -> Any:
    return route_to("169.254.169.254")


def task_metadata_address(given: Given) -> Any:
    return route_to("169.254.170.2")


def other_tasks(given: Given) -> Any:
    with socket.create_connection((given["task_address"], 8080), timeout=3) as connection:
        return connection.getpeername()[0]


def vsock(given: Given) -> Any:
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM):
        return "a socket to the machine underneath"


def reused_listener(given: Given) -> Any:
    """A listening socket that was handed in belongs to the outer network: shut down, it can connect from there."""
    with socket.socket(fileno=os.dup(given["listener"])) as listener:
        listener.shutdown(socket.SHUT_RDWR)
        listener.connect(("127.0.0.1", given["port"]))
        return listener.recv(16).decode()


def reused_listener_by_fast_open(given: Given) -> Any:
    with socket.socket(fileno=os.dup(given["listener"])) as listener:
        listener.shutdown(socket.SHUT_RDWR)
        listener.sendto(b"x", 0x20000000, ("127.0.0.1", given["port"]))
        return listener.recv(16).decode()


def inherited_folder(given: Given) -> Any:
    for number in range(3, 256):
        try:
            if stat.S_ISDIR(os.fstat(number).st_mode):
                return os.listdir(number)
        except OSError:
            continue
    return None


def other_process(given: Given) -> Any:
    os.kill(given["victim"], 0)
    return f"process {given['victim']}"


def all_processes(given: Given) -> Any:
    """More than a sandbox's own handful."""
    found = [name for name in os.listdir("/proc") if name.isdigit()]
    return len(found) if len(found) > 12 else None


def ptrace(given: Given) -> Any:
    """Attaching to a process of its own, which any debugger may."""
    child = os.fork()
    if child == 0:
        time.sleep(20)
        os._exit(0)
    try:
        if ctypes.CDLL(None, use_errno=True).ptrace(16, child, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")
        return "attached"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _call(name: str, *arguments: Any) -> int:
    result = getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return int(result)


def new_user_namespace(given: Given) -> Any:
    _call("unshare", 0x10000000)
    return "a namespace where it is root"


def mount(given: Given) -> Any:
    """In a namespace of its own, where that is to be had."""
    _call("unshare", 0x10000000 | 0x00020000)
    _call("mount", b"none", given["own"].encode(), b"tmpfs", 0, None)
    return "mounted"


def kernel_keys(given: Given) -> Any:
    number = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, b"user", b"mam-probe", b"x", 1, -3) < 0:
        raise OSError(ctypes.get_errno(), "add_key")
    return "a key that outlives it"


def io_uring(given: Given) -> Any:
    parameters = ctypes.create_string_buffer(256)
    number = ctypes.CDLL(None, use_errno=True).syscall(425, 2, parameters)
    if number < 0:
        raise OSError(ctypes.get_errno(), "io_uring_setup")
    os.close(number)
    return "system calls that no filter sees"


def shared_memory(given: Given) -> Any:
    number = _call("shmget", 0, 4096, 0o1600)
    _call("shmctl", number, 0, None)
    return "memory that outlives it"


def kernel_settings(given: Given) -> Any:
    """Asks only whether it might write; the control asks the same about something that anybody may write."""
    names = [given["writable"]] if given["outside"] else [
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
        "/proc/sysrq-trigger", "/sys/kernel/uevent_helper", "/sys/fs/cgroup",
    ]  # fmt: skip
    return [name for name in names if os.access(name, os.W_OK)] or None


def own_image(given: Given) -> Any:
    """Places that a program of its user could write to, were they its user's."""
    inside = ["/", "/app", "/usr/local/bin", "/opt/mam/lib", "/etc", "/dev", "/proc"]
    places = [given["own"]] if given["outside"] else inside
    written: list[str] = []
    for place in places:
        try:
            with open(os.path.join(place, "probe"), "w") as file:
                file.write("x")
            written.append(place)
        except OSError as wrong:
            if wrong.errno not in {errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOENT}:
                raise
    return written or None


def privileges(given: Given) -> Any:
    """Bits that may become privileges. This user has none outside either, so the control counts its id."""
    if given["outside"]:
        return os.getuid()
    with open("/proc/self/status") as file:
        lines = dict(line.split(":\t", 1) for line in file if ":\t" in line)
    held = [name for name in ("CapInh", "CapPrm", "CapEff", "CapAmb") if int(lines[name], 16)]
    if lines["NoNewPrivs"].strip() != "1":
        held.append("NoNewPrivs")
    if lines["Seccomp"].strip() != "2":
        held.append("Seccomp")
    if os.getuid() == 0 or os.getgroups() not in ([], [10001], [65534]):
        held.append("ids")
    return held or None


def fork_bomb(given: Given) -> Any:
    """Bounded at 200, which an ordinary user may have."""
    children: list[int] = []
    try:
        for _ in range(200):
            child = os.fork()
            if child == 0:
                time.sleep(20)
                os._exit(0)
            children.append(child)
        return len(children)
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)


def memory_bomb(given: Given) -> Any:
    """In a child, which the kernel may kill. Outside a tenth has to do."""
    wanted = (200 if given["outside"] else 2000) << 20
    child = os.fork()
    if child == 0:
        try:
            held = bytearray(wanted)
            for at in range(0, wanted, 4096):
                held[at] = 1
            os._exit(0)
        except MemoryError:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return f"{wanted >> 20} MB" if status == 0 else None


def disk_fill(given: Given) -> Any:
    """100 MB; a sandbox has 64."""
    name = os.path.join(given["own"], "fill")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with open(name, "wb") as file:
            for _ in range(100):
                file.write(b"x" * (1 << 20))
            file.flush()
            os.fsync(file.fileno())
        return os.path.getsize(name) >> 20
    finally:
        if os.path.exists(name):
            os.unlink(name)


def device_fill(given: Given) -> Any:
    """/dev is a tmpfs too, and its /dev/shm is for everybody."""
    name = "/dev/shm/mam-probe-fill"
    try:
        with open(name, "wb") as file:
            for _ in range(8):
                file.write(b"x" * (1 << 20))
                file.flush()
        return os.path.getsize(name) >> 20
    finally:
        if os.path.exists(name):
            os.unlink(name)


def honest_work(given: Given) -> Any:
    """Not a way out: what everybody may do, to show that the places to attack from work at all."""
    name = os.path.join(given["own"], "own-file")
    with open(name, "w") as file:
        file.write("mine")
    with open(name) as file:
        return file.read()


PROBES = [
    host_file, host_folders, host_environment, host_paths_in_command_lines, loopback_server, abstract_socket, internet,
    metadata_address, task_metadata_address, other_tasks, vsock, reused_listener, reused_listener_by_fast_open,
    inherited_folder, other_process, all_processes, ptrace, new_user_namespace, mount, kernel_keys, io_uring,
    shared_memory, kernel_settings, own_image, privileges, fork_bomb, memory_bomb, disk_fill, device_fill,
]  # fmt: skip
