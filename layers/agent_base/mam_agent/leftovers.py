"""Empties the folders that a run could write to, whatever it put there, and resets what it could change about them."""

import os
import stat

CONTAINER_FOLDERS = ("/tmp", "/dev/shm", "/dev/mqueue", "/var/tmp", "/run/lock")  # noqa: S108
MODE = 0o1777


def clean(folders: tuple[str, ...]) -> None:
    """Raises OSError if something would stay. Never as root, who could empty folders that are not a task's own."""
    if os.geteuid() == 0:
        raise PermissionError("a task does not run as root")
    for folder in folders:
        if _writable(folder):
            empty(folder)


def _writable(folder: str) -> bool:
    try:
        own = os.stat(folder).st_uid == os.geteuid()  # noqa: PTH116
        read_only = os.statvfs(folder).f_flag & os.ST_RDONLY
    except OSError:
        return False
    return not read_only and (own or os.access(folder, os.W_OK | os.X_OK))


def empty(folder: str) -> None:
    """Whoever asks: `clean` is what decides that a folder may be emptied."""
    mine = os.stat(folder).st_uid == os.geteuid()  # noqa: PTH116
    if mine:
        os.chmod(folder, 0o700)  # noqa: PTH101
    top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while names := os.listdir(top):  # noqa: PTH208
            for name in names:
                _remove(top, name)
        if mine:
            _reset(top)
    finally:
        os.close(top)


def _reset(top: int) -> None:
    """Mode and times of the folder itself could carry a few bytes from one run to the next. (Attributes an agent cannot
    set: see `seccomp`.)"""
    os.fchmod(top, MODE)
    os.utime(top, ns=(0, 0))


def _remove(top: int, name: str) -> None:
    """Removes `name`; what is inside a folder moves up to `top` first: a tree may be deeper than a path may be long."""
    if not _is_folder(top, name):
        os.unlink(name, dir_fd=top)
        return
    os.chmod(name, 0o700, dir_fd=top)
    inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for number, below in enumerate(os.listdir(inner)):  # noqa: PTH208
            if _is_folder(inner, below):
                os.chmod(below, 0o700, dir_fd=inner)
                _lift(inner, below, top, number)
            else:
                os.unlink(below, dir_fd=inner)
    finally:
        os.close(inner)
    os.rmdir(name, dir_fd=top)


def _is_folder(parent: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)


def _lift(inner: int, name: str, top: int, number: int) -> None:
    for attempt in range(1000):
        try:
            os.rename(name, f".lifted.{number}.{attempt}", src_dir_fd=inner, dst_dir_fd=top)
            return
        except OSError:
            continue
    raise OSError("a folder cannot be emptied")
