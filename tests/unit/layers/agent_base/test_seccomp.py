"""The tables of system calls, checked where both architectures' own headers agree on what they say."""

import struct

import pytest
from mam_agent import seccomp

KNOWN = {
    "x86_64": {
        "read": 0,
        "clone": 56,
        "execve": 59,
        "ptrace": 101,
        "unshare": 272,
        "io_uring_setup": 425,
        "connect": 42,
    },
    "aarch64": {
        "read": 63,
        "clone": 220,
        "execve": 221,
        "ptrace": 117,
        "unshare": 97,
        "io_uring_setup": 425,
        "connect": 203,
    },
}
ALLOWED, REFUSED, UNKNOWN, KILLED = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000


def outcome(program: bytes, machine: str, number: int, *arguments: int, arch: int | None = None) -> int:
    """Runs the filter as the kernel would, on a call's number and arguments."""
    data = struct.pack(
        "<iIQ6Q", number, arch if arch is not None else seccomp.AUDIT_ARCH[machine], 0, *(*arguments, *[0] * 6)[:6]
    )
    code = [struct.unpack("HBBI", program[at : at + 8]) for at in range(0, len(program), 8)]
    accumulator = at = 0
    while True:
        operation, true, false, value = code[at]
        at += 1
        match operation:
            case 0x20:
                accumulator = struct.unpack("<I", data[value : value + 4])[0]
            case 0x15:
                at += true if accumulator == value else false
            case 0x35:
                at += true if accumulator >= value else false
            case 0x45:
                at += true if accumulator & value else false
            case 0x06:
                return value
            case _:
                raise AssertionError(operation)


@pytest.fixture(params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    return request.param


def call(machine: str, name: str, *arguments: int, agent: bool = False) -> int:
    program = seccomp.agent_filter(machine) if agent else seccomp.sandbox_filter(machine)
    return outcome(program, machine, seccomp.TABLES[machine][name], *arguments)


def test_numbers_are_the_kernels(machine: str) -> None:
    table = seccomp.TABLES[machine]
    assert {name: table[name] for name in KNOWN[machine]} == KNOWN[machine]
    assert len(set(table.values())) == len(table)


@pytest.mark.parametrize("name", ["read", "write", "openat", "mmap", "futex", "exit_group", "execve", "accept4"])
def test_what_a_task_needs_is_allowed(machine: str, name: str) -> None:
    assert call(machine, name) == ALLOWED


@pytest.mark.parametrize(
    "name",
    ["socket", "connect", "bind", "ptrace", "unshare", "setns", "mount", "keyctl", "add_key", "bpf", "io_uring_setup",
     "userfaultfd", "pidfd_getfd", "process_vm_readv", "setxattr", "shmget", "mq_open", "setuid", "open_by_handle_at"],
)  # fmt: skip
def test_what_could_lead_out_is_refused(machine: str, name: str) -> None:
    assert call(machine, name) == REFUSED
    assert call(machine, name, agent=True) == REFUSED


@pytest.mark.parametrize(
    "name", ["clone", "execve", "kill", "tgkill", "socketpair", "sendmsg", "accept4", "prctl", "wait4"]
)
def test_an_agent_may_do_even_less(machine: str, name: str) -> None:
    assert call(machine, name, 0, agent=True) == REFUSED


def test_calls_that_are_not_listed_do_not_exist(machine: str) -> None:
    program = seccomp.sandbox_filter(machine)
    for number in (435, 999, 100_000):  # clone3: a C library falls back to clone
        assert outcome(program, machine, number) == UNKNOWN


@pytest.mark.parametrize("flag", [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000])
def test_processes_are_made_but_no_namespaces(machine: str, flag: int) -> None:
    assert call(machine, "clone", 0x00010000) == ALLOWED
    assert call(machine, "clone", 0x00010000 | flag) == REFUSED


def test_sending_must_not_connect(machine: str) -> None:
    assert call(machine, "sendto", 3, 0, 1, 0) == ALLOWED
    assert call(machine, "sendto", 3, 0, 1, 0x20000000) == REFUSED
    assert call(machine, "sendmsg", 3, 0, 0x20004000) == REFUSED


def test_socket_pairs_are_of_one_kind_limits_are_ones_own_and_terminals_are_not_typed_into(machine: str) -> None:
    assert call(machine, "socketpair", 1) == ALLOWED
    assert call(machine, "socketpair", 2) == REFUSED
    assert call(machine, "prlimit64", 0) == ALLOWED
    assert call(machine, "prlimit64", 1) == REFUSED
    assert call(machine, "ioctl", 0, 0x5401) == ALLOWED
    assert call(machine, "ioctl", 0, 0x5412) == REFUSED
    assert call(machine, "ioctl", 0, 0x541C) == REFUSED


@pytest.mark.parametrize("agent", [False, True])
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        *(("fcntl", (3, command)) for command in (8, 10, 15, 1024, 1026, 1031)),
        ("fcntl", (3, 4, 0x2000)),
        ("fcntl", (3, 4, 0x2800)),
        *(("ioctl", (3, command)) for command in (0x5452, 0x8901, 0x8902)),
    ],
)
def test_the_kernel_is_not_made_to_signal_others(
    machine: str, name: str, arguments: tuple[int, ...], agent: bool
) -> None:
    assert call(machine, name, *arguments, agent=agent) == REFUSED


@pytest.mark.parametrize("arguments", [(3, 1), (3, 2, 1), (3, 3), (3, 4, 0x800), (3, 1030, 0), (3, 9)])
def test_other_uses_of_fcntl_are_as_ever(machine: str, arguments: tuple[int, ...]) -> None:
    assert call(machine, "fcntl", *arguments) == ALLOWED
    assert call(machine, "fcntl", *arguments, agent=True) == ALLOWED


def test_only_more_filters_can_be_asked_of_prctl_by_an_agents_process(machine: str) -> None:
    assert call(machine, "prctl", 22, agent=True) == ALLOWED
    assert call(machine, "prctl", 38, agent=True) == ALLOWED
    for option in (1, 4, 15, 36, 59):
        assert call(machine, "prctl", option, agent=True) == REFUSED


def test_code_that_is_loaded_computes_and_does_nothing_else(machine: str) -> None:
    program = seccomp.computing_filter(machine)
    table = seccomp.TABLES[machine]
    allowed = {name for name, number in table.items() if outcome(program, machine, number, 0, 0, 0) == ALLOWED}
    assert {"read", "write", "mmap", "exit_group"} <= allowed
    opening = {"open", "openat", "openat2", "creat", "stat", "newfstatat", "statx", "readlinkat", "memfd_create"}
    reaching = {"kill", "socket", "clone", "fork", "execve", "prctl", "fcntl", "ioctl", "rt_sigaction", "setitimer"}
    assert allowed.isdisjoint(opening | reaching)
    for name in ("mmap", "mprotect"):
        assert outcome(program, machine, table[name], 0, 4096, 3) == ALLOWED
        assert outcome(program, machine, table[name], 0, 4096, 5) == REFUSED


def test_calls_of_another_architecture_end_the_process(machine: str) -> None:
    program = seccomp.sandbox_filter(machine)
    assert outcome(program, machine, 0, arch=0x40000003) == KILLED
    if machine == "x86_64":
        assert outcome(program, machine, 0x40000000) == KILLED


def test_an_unknown_architecture_has_no_filter() -> None:
    with pytest.raises(seccomp.Unsupported, match="riscv64"):
        seccomp.sandbox_filter("riscv64")
