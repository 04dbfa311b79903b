"""Which system calls may be made: by everything in a task's sandbox, and, much less, by the agent's own code.

A filter is a list of what is allowed. What it knows and refuses fails with EPERM, what it does not know with ENOSYS, so
that a C library falls back to an older call. Numbers differ per architecture; on one without a table here there is no
filter and so no sandbox. Used from outside as the file that bubblewrap loads, and by the task on itself before it
runs an agent.
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable, Mapping
from functools import cache

from .syscall_numbers import TABLES

AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALLOWED = _names(
    """
    read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 open openat openat2 creat close
    close_range lseek stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents
    getdents64 getcwd chdir fchdir mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink
    symlinkat chmod fchmod fchmodat fchmodat2 truncate ftruncate fallocate fsync fdatasync fadvise64 utime utimes
    futimesat utimensat umask statfs fstatfs flock fcntl ioctl dup dup2 dup3 pipe pipe2 poll ppoll select pselect6
    epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4
    timerfd_create timerfd_settime timerfd_gettime sendfile copy_file_range splice tee mmap munmap mremap mprotect
    madvise brk msync mlock munlock mincore membarrier memfd_create clone fork vfork execve exit exit_group wait4
    waitid kill tkill tgkill getpid getppid gettid getpgrp getpgid setpgid getsid setsid set_tid_address
    set_robust_list get_robust_list futex futex_waitv rseq arch_prctl prctl getrandom uname sysinfo getcpu
    sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min
    getpriority getrlimit setrlimit prlimit64 getrusage times getuid geteuid getgid getegid getresuid getresgid
    getgroups capget rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend
    sigaltstack pause alarm getitimer setitimer restart_syscall nanosleep clock_nanosleep clock_gettime clock_getres
    gettimeofday time timer_create timer_settime timer_gettime timer_delete socketpair accept accept4 getsockname
    getpeername getsockopt setsockopt sendto recvfrom sendmsg recvmsg shutdown listen pidfd_open
"""
)

_REFUSED = _names(
    """
    socket connect bind sendmmsg recvmmsg ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd
    pidfd_send_signal unshare setns mount umount2 pivot_root chroot mount_setattr move_mount open_tree fsopen
    fsconfig fsmount fspick keyctl add_key request_key bpf perf_event_open userfaultfd io_uring_setup io_uring_enter
    io_uring_register init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    sethostname setdomainname settimeofday clock_settime clock_adjtime adjtimex acct quotactl quotactl_fd syslog
    personality iopl ioperm open_by_handle_at name_to_handle_at fanotify_init fanotify_mark lookup_dcookie
    nfsservctl vhangup modify_ldt mknod mknodat chown fchown lchown fchownat setuid setgid setreuid setregid
    setresuid setresgid setgroups setfsuid setfsgid capset setpriority sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler ioprio_set migrate_pages move_pages mbind set_mempolicy
    set_mempolicy_home_node shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr setxattr lsetxattr fsetxattr removexattr
    lremovexattr fremovexattr landlock_create_ruleset memfd_secret seccomp execveat vmsplice rt_sigqueueinfo
    rt_tgsigqueueinfo inotify_init inotify_init1 inotify_add_watch mlockall process_mrelease uselib ustat sysfs
    _sysctl
"""
)

_NOT_FOR_AGENTS = _names(
    """
    clone fork vfork execve wait4 waitid kill tkill tgkill setpgid setsid pidfd_open memfd_create
    socketpair accept accept4 getsockname getpeername getsockopt setsockopt sendto recvfrom sendmsg recvmsg
    shutdown listen timer_create timer_settime timer_gettime timer_delete signalfd signalfd4 timerfd_create
    timerfd_settime timerfd_gettime splice tee setrlimit
"""
)

_FOR_COMPUTING = _names(
    """
    read write readv writev close lseek fstat mmap munmap mremap mprotect madvise brk futex exit exit_group getpid
    gettid clock_gettime clock_getres gettimeofday time getrandom rt_sigprocmask rt_sigreturn sigaltstack sched_yield
    restart_syscall rseq set_robust_list
"""
)


_NEW_NAMESPACES = 0x7E020080
_MSG_FASTOPEN = 0x20000000
_AF_UNIX = 1
_IOCTLS_REFUSED = {
    "TIOCSTI": 0x5412,
    "TIOCLINUX": 0x541C,
    "FIOASYNC": 0x5452,
    "FIOSETOWN": 0x8901,
    "SIOCSPGRP": 0x8902,
}
"""Typing into a terminal; having the kernel signal a process of one's choice when a descriptor is ready."""

_FCNTLS_REFUSED = {
    "F_SETOWN": 8,
    "F_SETSIG": 10,
    "F_SETOWN_EX": 15,
    "F_SETLEASE": 1024,
    "F_NOTIFY": 1026,
    "F_SETPIPE_SZ": 1031,
}
"""Signals by way of the kernel, as above; and the size of pipes, whose quota all processes of a user share."""

_F_SETFL, _O_ASYNC = 4, 0x2000
_PROT_EXEC = 4

_LOAD, _AND, _EQUAL, _AT_LEAST, _SOME_BITS, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_EPERM, _ENOSYS = 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS
_NUMBER, _ARCH, _ARGUMENTS = 0, 4, 16
_X32_BIT = 0x40000000

_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2


class Unsupported(OSError):
    """No table for this architecture: nothing untrusted may run here."""


Instruction = tuple[int, int, int, int]


@cache
def sandbox_filter(machine: str = "") -> bytes:
    """For everything inside a sandbox. No new sockets and no connecting: the listening socket that a task inherits
    belongs to the outside network, and one that is shut down could be connected from there, with `connect` or TCP
    fast open."""
    return _assemble(machine or platform.machine(), _ALLOWED, _REFUSED)


@cache
def agent_filter(machine: str = "") -> bytes:
    """For the process that runs the agent's code: no processes, no signals, no sockets, nothing that outlives it."""
    only_filters = [_argument(0), (_EQUAL, 2, 0, _PR_SET_SECCOMP), (_EQUAL, 1, 0, _PR_SET_NO_NEW_PRIVS)]
    return _assemble(
        machine or platform.machine(),
        _ALLOWED - _NOT_FOR_AGENTS,
        frozenset(),
        {"prctl": [*only_filters, (_RETURN, 0, 0, _EPERM)]},
        otherwise=_EPERM,
    )


@cache
def computing_filter(machine: str = "") -> bytes:
    """For the same process once its code is loaded: memory, and what is open already. Nothing can be opened, looked
    for, or made executable any more."""
    not_executable = [_argument(2), (_SOME_BITS, 0, 1, _PROT_EXEC), (_RETURN, 0, 0, _EPERM)]
    return _assemble(
        machine or platform.machine(),
        _FOR_COMPUTING,
        frozenset(),
        {"mmap": not_executable, "mprotect": not_executable},
        otherwise=_EPERM,
    )


def confine(program: bytes) -> None:
    """Puts the calling thread and all it starts under `program`, for good."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program)
    fprog = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    for call in ((_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(fprog), 0, 0)):
        if libc.prctl(*(ctypes.c_ulong(argument) for argument in call)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"cannot filter system calls: {os.strerror(number)}")


def _assemble(
    machine: str,
    allowed: frozenset[str],
    refused: frozenset[str],
    first: Mapping[str, list[Instruction]] | None = None,
    otherwise: int = _ENOSYS,
) -> bytes:
    """`first`: what is asked about a call before its usual conditions; `otherwise`: what becomes of all others."""
    table = TABLES.get(machine)
    if table is None:
        raise Unsupported(errno.ENOSYS, f"no system call table for {machine!r}, only for {', '.join(TABLES)}")
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, AUDIT_ARCH[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
    ]
    if machine == "x86_64":
        program += [(_AT_LEAST, 0, 1, _X32_BIT), (_RETURN, 0, 0, _KILL)]
    for name, number in sorted(table.items()):
        if name in allowed:
            body = [*(first or {}).get(name, []), *_conditions(name)]
        elif name in refused:
            body = [(_RETURN, 0, 0, _EPERM)]
        else:
            continue
        program += [(_EQUAL, 0, len(body), number), *body]
    program.append((_RETURN, 0, 0, otherwise))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in program)


def _conditions(name: str) -> list[Instruction]:
    """What follows a matching number: straight allowed, or allowed by what is in one argument (its lower half)."""
    allow, refuse = (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _EPERM)
    match name:
        case "clone":
            return [_argument(0), (_SOME_BITS, 0, 1, _NEW_NAMESPACES), refuse, allow]
        case "socketpair":
            return [_argument(0), (_EQUAL, 0, 1, _AF_UNIX), allow, refuse]
        case "sendto":
            return [_argument(3), (_SOME_BITS, 0, 1, _MSG_FASTOPEN), refuse, allow]
        case "sendmsg":
            return [_argument(2), (_SOME_BITS, 0, 1, _MSG_FASTOPEN), refuse, allow]
        case "ioctl":
            return [_argument(1), *_refuse_each(_IOCTLS_REFUSED.values()), allow]
        case "fcntl":
            flags = [(_EQUAL, 0, 3, _F_SETFL), _argument(2), (_SOME_BITS, 0, 1, _O_ASYNC), refuse]
            return [_argument(1), *_refuse_each(_FCNTLS_REFUSED.values()), *flags, allow]
        case "prlimit64":
            return [_argument(0), (_EQUAL, 0, 1, 0), allow, refuse]
        case _:
            return [allow]


def _refuse_each(values: Iterable[int]) -> list[Instruction]:
    refuse = (_RETURN, 0, 0, _EPERM)
    return [step for value in values for step in ((_EQUAL, 0, 1, value), refuse)]


def _argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)
